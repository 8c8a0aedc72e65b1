using Microsoft.Extensions.Hosting;

namespace EventWatcher.Idle;

/// <summary>Starts the manager with the application, and ends it with it. Waits for no runtime that may never come.</summary>
internal sealed class IdleHostedService(IdleManager manager) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        manager.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => manager.DisposeAsync().AsTask().WaitAsync(cancellationToken);
}
