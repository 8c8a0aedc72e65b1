using System.Runtime.InteropServices;

namespace EventWatcher.Files;

// Polled files whose file system counts time in whole seconds: two writes within one bear the same time, and only their
// content tells them apart. That is over soon after the last write, since the next one bears another time.
internal sealed partial class TreeLoop
{
    // Far more than any file system's step, since its clock may be another machine's.
    private static readonly TimeSpan CoarseTime = TimeSpan.FromMinutes(1);

    private readonly Dictionary<TreeKey, CoarseFile> _coarse = [];

    /// <summary>Notes the content of what is known by this stamp, where the stamp may not tell the next write.</summary>
    private void RememberContent(in TreeKey key, in FileStamp stamp)
    {
        if (!IsPolling)
        {
            return;
        }

        if (IsPolledRow(key.Directory) && IsTooYoung(stamp) && stamp.Size <= ContentHash.LongestHashed
            && ContentHash.TryCompute(Absolute(PathOf(key)), out var hash))
        {
            _coarse[key] = new CoarseFile(stamp, hash!);
        }
        else
        {
            _coarse.Remove(key);
        }
    }

    /// <summary>Tells whether a file that looks the same says something else.</summary>
    private bool HasOtherContent(in TreeKey key, in FileStamp stamp) =>
        _coarse.TryGetValue(key, out var known)
        && stamp.IsSameContent(known.Stamp)
        && ContentHash.TryCompute(Absolute(PathOf(key)), out var hash)
        && !hash.AsSpan().SequenceEqual(known.Hash);

    /// <summary>Forgets the contents of files whose time tells the next write by now; they have just been compared.</summary>
    private void ForgetContents()
    {
        foreach (var (key, known) in _coarse)
        {
            if (!_directories.IsValid(key) || !IsTooYoung(known.Stamp))
            {
                _coarse.Remove(key);
            }
        }
    }

    private bool IsPolledRow(int row) => Source is null || _isEverythingPolled || _directories.Has(row, DirectoryMarks.Polled);

    private bool IsTooYoung(in FileStamp stamp) => stamp.IsCoarse && stamp.ModifiedAt > Context.Time.GetUtcNow() - CoarseTime;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct CoarseFile(FileStamp Stamp, byte[] Hash);
}
