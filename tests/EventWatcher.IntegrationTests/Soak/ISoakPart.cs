namespace EventWatcher.IntegrationTests;

/// <summary>One part of the library under load, which knows what must be true once the load pauses.</summary>
internal interface ISoakPart : IAsyncDisposable
{
    /// <summary>Makes load until cancelled; returns then, and does not throw for it.</summary>
    Task StirAsync(Random random, CancellationToken stop);

    /// <summary>The load pauses, and nothing is broken any more: waits until what was seen is what is true, or throws saying what isn't.</summary>
    Task SettleAsync();
}
