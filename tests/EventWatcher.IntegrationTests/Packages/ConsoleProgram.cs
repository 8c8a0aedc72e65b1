namespace EventWatcher.IntegrationTests.Packages;

/// <summary>A program made of the READMEs' examples, and of what they say is the reader's own.</summary>
internal static class ConsoleProgram
{
    public static string Text => $$"""
        using System.Runtime.InteropServices;
        using EventWatcher;
        using EventWatcher.Docker;
        using EventWatcher.Files;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        try
        {
            await Examples.RunAsync(args[0], stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The examples are ended by their token.
        }

        internal static class Examples
        {
            public static async Task RunAsync(string example, CancellationToken cancellationToken)
            {
                Console.WriteLine("started");
                switch (example)
                {
                    case "first":
                    {
        {{Readme.Example("README.md", "first")}}
                        break;
                    }

                    case "hosted":
                    {
                        var builder = Host.CreateApplicationBuilder();
        {{Readme.Example("README.md", "hosted")}}
                        using var host = builder.Build();
                        await host.StartAsync(cancellationToken);
                        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
                        await host.StopAsync(CancellationToken.None);
                        break;
                    }

                    case "foreach":
                    {
        {{Readme.Example("README.md", "foreach")}}
                        break;
                    }

                    case "queue":
                    {
                        IWatcher watcher = new DirectoryWatcher(".");
        {{Readme.Example("src/EventWatcher.Core/README.md", "queue")}}
                        break;
                    }

                    case "clock":
                    {
                        var builder = Host.CreateApplicationBuilder();
                        IConfiguration configuration = builder.Configuration;
        {{Readme.Example("src/EventWatcher.Core/README.md", "clock-hosted")}}
                        break;
                    }

                    case "files":
                    {
        {{Readme.Example("src/EventWatcher.Files/README.md", "files-foreach")}}
                        break;
                    }

                    case "files-hosted":
                    {
                        var builder = Host.CreateApplicationBuilder();
        {{Readme.Example("src/EventWatcher.Files/README.md", "files-hosted")}}
                        break;
                    }
                }
            }

            private static Task ReloadAsync() => Task.CompletedTask;

            private static void Reload() => Console.WriteLine("reloaded");
        }

        internal class RouteUpdater : IEventBatchHandler
        {
            public ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
            {
                foreach (var e in batch)
                {
                    Console.WriteLine(e);
                }

                return ValueTask.CompletedTask;
            }
        }

        internal sealed class MyHandler : RouteUpdater;

        internal sealed class SettingsReloader : RouteUpdater;

        {{Readme.Example("src/EventWatcher.Core/README.md", "clock")}}
        """;
}
