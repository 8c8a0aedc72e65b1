using System.Globalization;
using EventWatcher.Store;

namespace DurableHandlers;

internal static class InspectCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var log = await FileEventStore.InspectAsync(arguments.Directory, cancellationToken);
        Lines.Print($"directory  {log.Path}");
        Lines.Print($"held by    {log.Holder ?? "nobody"}");
        Lines.Print($"events     {log.Readable} ({Number(Math.Max(0, log.Readable.Count))})");
        Lines.Print($"horizon    {log.Horizon}");
        Lines.Print($"on disk    {Number(log.Segments.Sum(static segment => segment.Bytes))} bytes, {Number(log.Segments.Sum(static segment => segment.UsedBytes))} used");
        Lines.Print("");
        Table.Print(
            ["SEGMENT", "EVENTS", "BYTES", "USED", "STATE"],
            log.Segments.Select(static segment => new[]
            {
                segment.File, segment.Sequences.ToString(), Number(segment.Bytes), Number(segment.UsedBytes), segment.Damage is null ? "whole" : "DAMAGED",
            }));
        Lines.Print("");
        Table.Print(
            ["CHECKPOINT", "SEQUENCE", "LAG", "SET AT"],
            log.Checkpoints.Select(static item => new[]
            {
                item.Checkpoint.WatcherId,
                Number(item.Checkpoint.SequenceNumber),
                Number(item.Lag),
                item.Checkpoint.UpdatedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            }));
        Lines.Print("");
        foreach (var tail in log.Tails)
        {
            Lines.Print($"half written: {tail.Bytes} bytes at {tail.Offset} of {tail.File} ({tail.Reason}); cut off when the log is opened");
        }

        foreach (var damage in log.Damage)
        {
            Lines.Print(damage.Message);
        }

        Lines.Print(log.Damage.Count == 0 ? "no damage" : $"{log.Damage.Count} damaged");
        return log.Damage.Count == 0 ? 0 : 1;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
