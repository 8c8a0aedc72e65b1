using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventWatcher;

/// <summary>How every package registers its options: validated at start, bound strictly, not reloaded.</summary>
internal static class OptionsRegistration
{
    /// <summary>Validates the options of this name when the host starts, and whenever they are first asked for.</summary>
    public static OptionsBuilder<TOptions> ValidateAtStart<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this OptionsBuilder<TOptions> builder,
        IValidateOptions<TOptions> validator)
        where TOptions : class
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, SectionAwareValidator<TOptions>>(
            services => new SectionAwareValidator<TOptions>(validator, services.GetServices<BoundSection<TOptions>>())));
        return builder.ValidateOnStart();
    }

    /// <summary>Binds a section once, when the options are first asked for.</summary>
    /// <param name="builder">The options; <see cref="ValidateAtStart"/> them too, which is what reports the faults.</param>
    /// <param name="section">The section.</param>
    /// <param name="schema">What it may say.</param>
    /// <param name="bind">
    /// <c>static (section, options) => section.Bind(options)</c>, written where the type is known, for the binding
    /// generator to see.
    /// </param>
    /// <returns>The options.</returns>
    public static OptionsBuilder<TOptions> BindSection<TOptions>(
        this OptionsBuilder<TOptions> builder,
        IConfigurationSection section,
        OptionsSchema schema,
        Action<IConfigurationSection, TOptions> bind)
        where TOptions : class
    {
        builder.Services.AddSingleton(new BoundSection<TOptions>(builder.Name, section, schema));
        return builder.Configure(options => bind(schema.Read(section).ToSection(), options));
    }
}
