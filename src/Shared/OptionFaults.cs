using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace EventWatcher;

/// <summary>Collects everything that is wrong with an options object, so that it can be said at once.</summary>
internal sealed class OptionFaults(string optionsName)
{
    private readonly List<string> _faults = [];

    public void Unless(bool good, object? value, string allowed, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (!good)
        {
            Add(expression[(expression.LastIndexOf('.') + 1)..], value, allowed);
        }
    }

    public void Add(string property, object? value, string allowed) => _faults.Add(string.Create(
        CultureInfo.InvariantCulture,
        $"{optionsName}.{property} is {Show(value)}; allowed: {allowed}."));

    public ValidateOptionsResult ToResult() =>
        _faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_faults);

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
