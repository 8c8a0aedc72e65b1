using Microsoft.Extensions.Options;

namespace EventWatcher.Proxmox;

/// <summary>Checks a watcher's options, all faults at once.</summary>
internal sealed class ProxmoxWatcherOptionsValidator(ProxmoxOptionsValidator connection) : IValidateOptions<ProxmoxWatcherOptions>
{
    public static ProxmoxWatcherOptionsValidator Instance { get; } = new(ProxmoxOptionsValidator.Instance);

    /// <summary>Decides how the cluster is reached.</summary>
    /// <exception cref="OptionsValidationException">With every fault.</exception>
    public static ProxmoxConnection Resolve(ProxmoxWatcherOptions? options) => ProxmoxOptionsValidator.Instance.Resolve(Instance.ThrowIfInvalid(options ?? new ProxmoxWatcherOptions()));

    public ValidateOptionsResult Validate(string? name, ProxmoxWatcherOptions options)
    {
        var faults = new OptionFaults(nameof(ProxmoxWatcherOptions));
        faults.Unless(options.Name is null || !string.IsNullOrWhiteSpace(options.Name), options.Name, "null or a word");
        faults.Unless(options.TasksInterval >= TimeSpan.FromMilliseconds(100) && options.TasksInterval <= TimeSpan.FromMinutes(1), options.TasksInterval, "from 00:00:00.1000000 to 00:01:00");
        faults.Unless(options.ResourcesInterval >= TimeSpan.FromMilliseconds(500) && options.ResourcesInterval <= TimeSpan.FromMinutes(5), options.ResourcesInterval, "from 00:00:00.5000000 to 00:05:00");
        faults.Unless(options.MaxConfirmations is >= 1 and <= 16, options.MaxConfirmations, "1 to 16");
        faults.Unless(options.Capacity >= 1, options.Capacity, "1 or more");
        List<string> all = [.. faults.ToResult().Failures ?? [], .. connection.Validate(name, options).Failures ?? []];
        return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }
}
