using Microsoft.Extensions.Options;

namespace EventWatcher;

internal static class OptionsValidation
{
    /// <summary>Refuses bad options where no host does it: in a public constructor.</summary>
    /// <exception cref="OptionsValidationException">With every fault.</exception>
    public static T ThrowIfInvalid<T>(this IValidateOptions<T> validator, T options, string? name = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = validator.Validate(name, options);
        return result.Failed
            ? throw new OptionsValidationException(name ?? Options.DefaultName, typeof(T), result.Failures)
            : options;
    }
}
