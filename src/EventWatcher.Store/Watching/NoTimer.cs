namespace EventWatcher.Store;

/// <summary>What is disposed where there is no timer.</summary>
internal sealed class NoTimer : IAsyncDisposable
{
    public static NoTimer Instance { get; } = new();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
