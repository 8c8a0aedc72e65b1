namespace EventWatcher;

/// <summary>Options without a value, so that the host checks the settings when it checks all other options.</summary>
internal sealed class EventWatcherSettingsCheck;
