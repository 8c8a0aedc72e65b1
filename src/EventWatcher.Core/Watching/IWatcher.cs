namespace EventWatcher;

/// <summary>A source of events.</summary>
/// <remarks>
/// Write one by deriving from <c>Watcher</c>, which keeps every promise of <see cref="WatchStream"/> for you.
/// Thread-safe; a watcher holds nothing while nobody watches and needs no disposal.
/// </remarks>
public interface IWatcher
{
    /// <summary>Begins to watch.</summary>
    /// <param name="cancellationToken">Ends this subscription: its channels complete promptly.</param>
    /// <returns>
    /// A subscription of its own: two consumers of one watcher both see every event. Returns at once, also where the
    /// source is absent; see <c>WatchStream.Ready</c>.
    /// </returns>
    WatchStream Watch(CancellationToken cancellationToken = default);
}
