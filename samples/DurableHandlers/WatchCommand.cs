using EventWatcher;
using EventWatcher.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableHandlers;

/// <summary>The main job: watchers' events into the log, and two handlers that take them from there, each at its own pace.</summary>
internal static class WatchCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders()
            .SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(static options => options.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);

        var watcher = builder.Services.AddEventWatcher();
        var sources = new List<string>();
        if (arguments.Docker is { } endpoint)
        {
            watcher.AddDocker("docker", options => options.Endpoint = endpoint.Length > 0 ? endpoint : null);
            sources.Add("docker");
        }

        foreach (var folder in arguments.Folders)
        {
            watcher.AddDirectory(folder, folder);
            sources.Add(folder);
        }

        watcher.AddEventStore(store => store
            .Configure(options => options.Path = arguments.Directory)
            .Append([.. sources])
            .Watch<PrintingHandler>("print", static options => options.AutoCheckpoint = new AutoCheckpointOptions { Events = 1 })
            .HandleReplay("count", CountAsync));

        using var host = builder.Build();
        var checkpoint = await host.Services.GetRequiredService<IEventStore>().GetCheckpointAsync("print", cancellationToken);
        await host.StartAsync(cancellationToken);
        Lines.Print(checkpoint is null ? "watching" : $"watching; {checkpoint} events were handled before");
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync(CancellationToken.None);
        return 0;
    }

    /// <summary>A handler of batches; its checkpoint moves when it returns.</summary>
    private static ValueTask CountAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
    {
        Lines.Print($"counted {batch.Count} up to {batch[^1].Position}");
        return ValueTask.CompletedTask;
    }

    /// <summary>A handler of single events, made anew for each.</summary>
    private sealed class PrintingHandler : IStoredEventHandler
    {
        public ValueTask HandleAsync(StoredEvent storedEvent, CancellationToken cancellationToken)
        {
            Lines.Print($"handled {storedEvent.SequenceNumber} {ProducedEvent.IdOf(storedEvent)}");
            return ValueTask.CompletedTask;
        }
    }
}
