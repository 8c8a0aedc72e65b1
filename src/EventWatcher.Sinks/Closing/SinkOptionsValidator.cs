using Microsoft.Extensions.Options;

namespace EventWatcher.Sinks;

/// <summary>Checks what all sinks have in common; the options of one kind add to it.</summary>
internal sealed class SinkOptionsValidator : IValidateOptions<SinkOptions>
{
    /// <summary>The longest time that is waited for: below what timers take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    public static SinkOptionsValidator Instance { get; } = new();

    public static bool IsTimeout(TimeSpan value) =>
        value == Timeout.InfiniteTimeSpan || (value >= TimeSpan.Zero && value <= Longest);

    public ValidateOptionsResult Validate(string? name, SinkOptions options)
    {
        var faults = new OptionFaults(NameOf(options));
        faults.Unless(options.Name is null || !string.IsNullOrWhiteSpace(options.Name), options.Name, "null, or a name");
        faults.Unless(IsTimeout(options.CloseTimeout), options.CloseTimeout, "zero to 24 days, or infinite");
        if (options is ISelfValidating more)
        {
            more.Validate(faults);
        }

        return faults.ToResult();
    }

    /// <summary>The name as it is written in code, without the arity of a generic type.</summary>
    private static string NameOf(SinkOptions options)
    {
        var name = options.GetType().Name;
        var arity = name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? name : name[..arity];
    }
}
