using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace EventWatcher.Idle;

/// <summary>What a manager's configuration section may say.</summary>
internal static class IdleSection
{
    private static readonly OptionsSchema WakeOn = new OptionsSchema(nameof(IdleWakePolicy))
        .Any(nameof(IdleWakePolicy.IgnoredUserAgents))
        .Any(nameof(IdleWakePolicy.IgnoredNetworks))
        .Flag(nameof(IdleWakePolicy.Bystanders))
        .Integer<int>(nameof(IdleWakePolicy.DormantStatusCode));

    private static readonly OptionsSchema Container = new OptionsSchema(nameof(IdleContainerOptions))
        .DurationOrInfinite(nameof(IdleContainerOptions.IdleTimeout))
        .Duration(nameof(IdleContainerOptions.WakeTimeout))
        .Duration(nameof(IdleContainerOptions.StopTimeout))
        .Choice<StopMethod>(nameof(IdleContainerOptions.StopMethod))
        .Text(nameof(IdleContainerOptions.StopSignal))
        .Any(nameof(IdleContainerOptions.DependsOn))
        .Text(nameof(IdleContainerOptions.StartEndpoint))
        .Flag(nameof(IdleContainerOptions.NoLoadingPage))
        .Integer<int>(nameof(IdleContainerOptions.MaxWaiting))
        .Integer<int>(nameof(IdleContainerOptions.ReleaseConcurrency))
        .Duration(nameof(IdleContainerOptions.MaxHold))
        .Integer<long>(nameof(IdleContainerOptions.MaxWaitingBytes))
        .Duration(nameof(IdleContainerOptions.MinUptime))
        .Integer<int>(nameof(IdleContainerOptions.Port))
        .Text(nameof(IdleContainerOptions.Address))
        .Text(nameof(IdleContainerOptions.Scheme))
        .Choice<ProbeKind>(nameof(IdleContainerOptions.Probe))
        .Text(nameof(IdleContainerOptions.ProbePath))
        .Duration(nameof(IdleContainerOptions.MonitorInterval))
        .Choice<UnhealthyIs>(nameof(IdleContainerOptions.UnhealthyIs))
        .Text(nameof(IdleContainerOptions.Provider))
        .Text(nameof(IdleContainerOptions.Group))
        .Any(nameof(IdleContainerOptions.Aliases))
        .Section(nameof(IdleContainerOptions.WakeOn), WakeOn);

    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(IdleOptions))
        .Each(nameof(IdleOptions.Containers), Container)
        .Section(nameof(IdleOptions.Defaults), Container)
        .Flag(nameof(IdleOptions.ReadLabels))
        .Flag(nameof(IdleOptions.ReadGoDoxyLabels))
        .Flag(nameof(IdleOptions.ReadSablierLabels))
        .Integer<int>(nameof(IdleOptions.MaxWaiting))
        .Duration(nameof(IdleOptions.ShutdownTimeout));

    /// <summary>Containers begin with what is said of all, below <c>Defaults</c>.</summary>
    public static void Bind(IConfigurationSection section, IdleOptions options)
    {
        section.GetSection(nameof(IdleOptions.Defaults)).Bind(options.Defaults);
        foreach (var child in section.GetSection(nameof(IdleOptions.Containers)).GetChildren())
        {
            var container = options.Containers.TryGetValue(child.Key, out var known) ? known : options.Defaults.Copy();
            child.Bind(container);
            options.Containers[child.Key] = container;
        }

        // Each has passed the schema, and is in its invariant form.
        options.ReadLabels = section[nameof(IdleOptions.ReadLabels)] is { } own ? bool.Parse(own) : options.ReadLabels;
        options.ReadGoDoxyLabels = section[nameof(IdleOptions.ReadGoDoxyLabels)] is { } goDoxy ? bool.Parse(goDoxy) : options.ReadGoDoxyLabels;
        options.ReadSablierLabels = section[nameof(IdleOptions.ReadSablierLabels)] is { } sablier ? bool.Parse(sablier) : options.ReadSablierLabels;
        options.MaxWaiting = section[nameof(IdleOptions.MaxWaiting)] is { } most ? int.Parse(most, CultureInfo.InvariantCulture) : options.MaxWaiting;
        options.ShutdownTimeout = section[nameof(IdleOptions.ShutdownTimeout)] is { } limit ? TimeSpan.Parse(limit, CultureInfo.InvariantCulture) : options.ShutdownTimeout;
    }
}
