using Microsoft.Extensions.Options;

namespace EventWatcher.Store;

/// <summary>Asks for a directory only where the store is one of files; and for each section of a watcher that there is that watcher.</summary>
internal sealed class HostedStoreOptionsValidator(EventStoreRegistry registry) : IValidateOptions<FileEventStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, FileEventStoreOptions options)
    {
        if (registry.FindStore(name) is not { } store)
        {
            return ValidateOptionsResult.Skip;
        }

        var faults = store.CreateStore is null && FileEventStoreOptionsValidator.Instance.Validate(name, options) is { Failed: true } result
            ? result.Failures.ToList()
            : [];
        var known = store.Watchers.Count == 0 ? "there are none" : "there are " + string.Join(", ", store.Watchers.Select(static watcher => $"\"{watcher.Id}\""));
        faults.AddRange(store.BoundWatchers
            .Where(bound => !store.Watchers.Exists(watcher => string.Equals(watcher.Id, bound.Id, StringComparison.Ordinal)))
            .Select(bound => $"{bound.Key} configures watcher \"{bound.Id}\" of store \"{store.Name}\", which was not added; {known}."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
