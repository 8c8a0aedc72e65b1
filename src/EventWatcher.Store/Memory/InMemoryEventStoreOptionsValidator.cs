using Microsoft.Extensions.Options;

namespace EventWatcher.Store;

internal sealed class InMemoryEventStoreOptionsValidator : IValidateOptions<InMemoryEventStoreOptions>
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(10_000);

    public static InMemoryEventStoreOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, InMemoryEventStoreOptions options)
    {
        var faults = new OptionFaults(nameof(InMemoryEventStoreOptions));
        faults.Unless(!string.IsNullOrWhiteSpace(options.Name), options.Name, "a name that is not empty");
        faults.Unless(options.LongPollTimeout >= TimeSpan.Zero && options.LongPollTimeout <= OneDay, options.LongPollTimeout, "from zero to one day");
        faults.Unless(options.CollectionAge >= TimeSpan.Zero && options.CollectionAge <= LongestAge, options.CollectionAge, "zero for never, to 10,000 days");
        faults.Unless(
            (options.CollectionInterval >= TimeSpan.FromSeconds(1) && options.CollectionInterval <= OneDay)
                || options.CollectionInterval == Timeout.InfiniteTimeSpan,
            options.CollectionInterval,
            "from 1 s to one day, or Timeout.InfiniteTimeSpan");
        return faults.ToResult();
    }
}
