using Microsoft.Extensions.Options;

namespace EventWatcher;

/// <summary>Refuses settings that nobody reads: a misspelt kind would be a watcher that is silently missing.</summary>
internal sealed class EventWatcherSettingsValidator(EventWatcherRegistry registry) : IValidateOptions<EventWatcherSettingsCheck>
{
    public ValidateOptionsResult Validate(string? name, EventWatcherSettingsCheck options)
    {
        var faults = registry.Settings.SelectMany(static settings => settings.Faults()).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
