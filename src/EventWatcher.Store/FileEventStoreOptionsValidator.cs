using Microsoft.Extensions.Options;

namespace EventWatcher.Store;

internal sealed class FileEventStoreOptionsValidator : IValidateOptions<FileEventStoreOptions>
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;

    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(10_000);

    public static FileEventStoreOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, FileEventStoreOptions options)
    {
        var faults = new OptionFaults(nameof(FileEventStoreOptions));
        faults.Unless(!string.IsNullOrWhiteSpace(options.Path) && !options.Path.Contains('\0', StringComparison.Ordinal), options.Path, "a directory");
        faults.Unless(Enum.IsDefined(options.Durability), options.Durability, "Flush, Periodic or OperatingSystem");
        faults.Unless(IsWithin(options.FlushInterval, TimeSpan.FromMilliseconds(1), OneDay), options.FlushInterval, "from 1 ms to one day");
        faults.Unless(options.SegmentBytes is >= 64 * KiB and <= 1024 * MiB, options.SegmentBytes, "from 64 KiB to 1 GiB");
        faults.Unless(options.MaxEventBytes is >= 1 and <= (int)(512 * MiB), options.MaxEventBytes, "from 1 byte to 512 MiB");
        faults.Unless(options.MaxPendingBytes is >= (int)(64 * KiB) and <= (int)(512 * MiB), options.MaxPendingBytes, "from 64 KiB to 512 MiB");
        faults.Unless(options.CacheBytes is >= 0 and <= (int)(512 * MiB), options.CacheBytes, "from 0 to 512 MiB");
        faults.Unless(IsWithin(options.LongPollTimeout, TimeSpan.Zero, OneDay), options.LongPollTimeout, "from zero to one day");
        faults.Unless(IsWithin(options.CollectionAge, TimeSpan.Zero, LongestAge), options.CollectionAge, "zero for never, to 10,000 days");
        faults.Unless(
            IsWithin(options.CollectionInterval, TimeSpan.FromSeconds(1), OneDay) || options.CollectionInterval == Timeout.InfiniteTimeSpan,
            options.CollectionInterval,
            "from 1 s to one day, or Timeout.InfiniteTimeSpan");
        faults.Unless(options.MaxBytes == 0 || options.MaxBytes >= 2 * options.SegmentBytes, options.MaxBytes, "0 for no bound, or at least twice SegmentBytes");
        faults.Unless(IsWithin(options.MaxAge, TimeSpan.Zero, LongestAge), options.MaxAge, "zero for no bound, to 10,000 days");
        return faults.ToResult();
    }

    private static bool IsWithin(TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most;
}
