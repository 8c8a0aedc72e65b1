namespace EventWatcher.Store;

/// <summary>A watcher that the host is to create.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreateHandler">Makes its handler.</param>
internal sealed record HostedStoreWatcher(string Id, Func<IServiceProvider, Func<StoredEvent, CancellationToken, ValueTask>> CreateHandler);
