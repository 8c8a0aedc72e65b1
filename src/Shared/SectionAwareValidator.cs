using Microsoft.Extensions.Options;

namespace EventWatcher;

/// <summary>
/// Reports what is wrong with the bound sections together with what is wrong with the options, and names the key
/// where a section set the value.
/// </summary>
internal sealed class SectionAwareValidator<TOptions>(IValidateOptions<TOptions> validator, IEnumerable<BoundSection<TOptions>> sections)
    : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var bound = sections.Where(section => string.Equals(section.Name, name, StringComparison.Ordinal)).ToList();
        var faults = bound.SelectMany(static section => section.Faults).Distinct(StringComparer.Ordinal).ToList();
        if (validator.Validate(name, options) is { Failed: true } result)
        {
            // The section bound last has the say.
            faults.AddRange(result.Failures.Select(failure =>
                bound.AsEnumerable().Reverse().Select(section => section.NameKey(failure)).FirstOrDefault(static text => text is not null) ?? failure));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
