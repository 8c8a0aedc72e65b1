using Microsoft.Extensions.Options;

namespace EventWatcher;

/// <summary>Refuses a queue that could never do anything, together with what is wrong with its options.</summary>
internal sealed class QueueRegistrationValidator(EventWatcherRegistry registry) : IValidateOptions<EventQueueOptions>
{
    public ValidateOptionsResult Validate(string? name, EventQueueOptions options)
    {
        if (registry.FindQueue(name) is not { } queue)
        {
            return ValidateOptionsResult.Skip;
        }

        var faults = new List<string>();
        if (queue.CreateHandler is null)
        {
            faults.Add($"Queue \"{queue.Name}\" has no handler; call Handle(...) in AddQueue(\"{queue.Name}\", ...).");
        }

        var known = registry.Watchers.Count == 0 ? "there are none" : "there are " + string.Join(", ", registry.Watchers.Select(static watcher => $"\"{watcher}\""));
        faults.AddRange((queue.Sources ?? [])
            .ExceptBy(registry.Watchers, static source => source.Name, StringComparer.Ordinal)
            .Select(source => source.Key is null
                ? $"Queue \"{queue.Name}\" takes events from watcher \"{source.Name}\", which was not added; {known}."
                : $"{source.Key} is \"{source.Name}\", a watcher that was not added; {known}."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
