using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Files.Tests;

/// <summary>
/// Holds the reader of the process's source before each of its reads, so that the disk is far ahead of what is heard.
/// Let go by disposal, in any case.
/// </summary>
internal sealed class HeldReader : IDisposable
{
    private readonly InotifySource _source = FileEventSources.Current!;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The reader may still wait by it; it holds nothing.")]
    private readonly SemaphoreSlim _turns = new(0);

    public HeldReader() => _source.BeforeRead = _turns.Wait;

    /// <summary>Lets it read that often more.</summary>
    public void Allow(int reads) => _turns.Release(reads);

    /// <summary>Takes back what it has not used.</summary>
    public void Withdraw()
    {
        while (_turns.Wait(TimeSpan.Zero))
        {
            // One turn less.
        }
    }

    public void Dispose()
    {
        _source.BeforeRead = null;
        Allow(1_000_000);
    }
}
