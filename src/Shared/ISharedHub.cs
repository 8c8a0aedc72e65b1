namespace EventWatcher;

/// <summary>What several subscriptions share.</summary>
/// <typeparam name="TSubscription">A subscription.</typeparam>
internal interface ISharedHub<TSubscription> : IAsyncDisposable
{
    void Add(TSubscription subscription);

    void Remove(TSubscription subscription);
}
