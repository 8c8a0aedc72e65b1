using Microsoft.Extensions.Options;

namespace EventWatcher.Idle;

/// <summary>Checks a manager's options with those of every container in them, circles of dependencies too; all faults at once.</summary>
internal sealed class IdleOptionsValidator : IValidateOptions<IdleOptions>
{
    public static IdleOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, IdleOptions options)
    {
        var faults = new OptionFaults(nameof(IdleOptions));
        faults.Unless(options.MaxWaiting >= 1, options.MaxWaiting, "1 or more");
        faults.Unless(
            options.ShutdownTimeout >= TimeSpan.Zero && options.ShutdownTimeout <= TimeSpan.FromDays(1),
            options.ShutdownTimeout,
            "from zero to 1.00:00:00");
        faults.Unless(options.Defaults is not null, options.Defaults, "options");
        List<string> all = [.. faults.ToResult().Failures ?? []];
        if (options.Defaults is not null)
        {
            all.AddRange(new IdleContainerOptionsValidator($"{nameof(IdleOptions)}.{nameof(options.Defaults)}").Validate(name, options.Defaults).Failures ?? []);
        }

        foreach (var (container, containerOptions) in options.Containers)
        {
            if (string.IsNullOrWhiteSpace(container) || container.Contains(':', StringComparison.Ordinal))
            {
                all.Add($"{nameof(IdleOptions)}.{nameof(options.Containers)} has the name \"{container}\"; allowed: a container's name, without colon.");
            }

            all.AddRange(new IdleContainerOptionsValidator($"{nameof(IdleOptions)}.{nameof(options.Containers)}.{container}").Validate(name, containerOptions).Failures ?? []);
        }

        var edges = options.Containers.ToDictionary(static pair => pair.Key, static pair => pair.Value.Dependencies, StringComparer.Ordinal);
        all.AddRange(DependencyGraph.FindCycles(edges).Select(static pair =>
            $"{nameof(IdleOptions)}.{nameof(options.Containers)}.{pair.Key}.{nameof(IdleContainerOptions.DependsOn)} leads in a circle: {pair.Value}; allowed: dependencies without a circle."));
        return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }
}
