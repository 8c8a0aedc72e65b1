namespace EventWatcher.Idle;

/// <summary>A provider that was added by name; its end is that of the application's services.</summary>
internal sealed class IdleProviderRegistration(string name, IContainerProvider provider) : IAsyncDisposable
{
    public string Name => name;

    public IContainerProvider Provider => provider;

    public async ValueTask DisposeAsync()
    {
        switch (provider)
        {
            case IAsyncDisposable owned:
                await owned.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable owned:
                owned.Dispose();
                break;
            default:
                // It holds nothing.
                break;
        }
    }
}
