using System.Net;
using EventWatcher.Idle;
using EventWatcher.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventWatcher.IntegrationTests;

/// <summary>A gateway before containers in memory, at a time of the test's own: names that no engine allows, and pictures that look the same each time.</summary>
internal sealed class StagedSite : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication _gateway;

    private StagedSite(WebApplication gateway, FakeTimeProvider time, FakeContainerProvider runtime, IdleManager manager, IdleWatcher watcher)
    {
        (_gateway, Time, Runtime, Manager, Watcher) = (gateway, time, runtime, manager, watcher);
        Address = new Uri(gateway.Urls.First().Replace("127.0.0.1", "app.localhost", StringComparison.Ordinal));
    }

    public FakeTimeProvider Time { get; }

    public FakeContainerProvider Runtime { get; }

    public IdleManager Manager { get; }

    public IdleWatcher Watcher { get; }

    public Uri Address { get; }

    public static async Task<StagedSite> OpenAsync(string name, Gate gate, Action<IServiceCollection>? services = null, params (string Name, Gate Gate)[] needs)
    {
        var time = new FakeTimeProvider();
        var runtime = new FakeContainerProvider(time);
        var options = new IdleOptions { Containers = { [name] = new IdleContainerOptions { IdleTimeout = TimeSpan.FromHours(1), HealthProbe = gate.Probe } } };
        options.Containers[name].Aliases.Add("app.localhost");
        options.Containers[name].Aliases.Add("app.test");
        runtime.Add(name);
        foreach (var need in needs)
        {
            runtime.Add(need.Name);
            options.Containers[name].DependsOn.Add(need.Name + ":healthy");
            options.Containers[need.Name] = new IdleContainerOptions { IdleTimeout = Timeout.InfiniteTimeSpan, HealthProbe = need.Gate.Probe };
        }

        var manager = new IdleManager(runtime, options, timeProvider: time);
        manager.Start();
        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.ConfigureKestrel(static server => server.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1));
        web.Services.AddSingleton(manager);
        web.Services.AddSingleton<TimeProvider>(time);
        services?.Invoke(web.Services);
        web.Services.AddIdleHttp();
        var gateway = web.Build();
        gateway.UseIdleWake();
        gateway.MapIdle();
        gateway.MapFallback(Application.AnswerAsync);
        await gateway.StartAsync();
        await manager.Ready.WaitAsync(Deadline.Generous);
        Assert.True(manager.TryGet(name, out var watcher));
        return new StagedSite(gateway, time, runtime, manager, watcher);
    }

    /// <summary>Lets time go by, however long, until the container has got there.</summary>
    public Task ReachesAsync(IdleState state) => Deadline.UntilAsync(
        () =>
        {
            if (Watcher.State != state)
            {
                Time.Advance(Step);
            }

            return Watcher.State == state;
        },
        () => $"{state}; it is {Watcher.State} ({Watcher.Snapshot().Detail})");

    /// <summary>Wakes it within a certain time and puts it to sleep: from then on it is known about how long it takes.</summary>
    public async Task RehearseAsync(TimeSpan time, params Gate[] gates)
    {
        var wake = Watcher.WakeAsync();
        await Deadline.UntilAsync(() => Watcher.State is IdleState.Waking or IdleState.Starting, static () => "a wake");
        Time.Advance(time);
        Array.ForEach(gates, static gate => gate.Open());
        await ReachesAsync(IdleState.Ready);
        await wake.WaitAsync(Deadline.Generous);
        Array.ForEach(gates, static gate => gate.Shut());
        await Deadline.UntilAsync(() => Watcher.SleepAsync(), static () => "a sleep");

        // What only it needed goes to sleep, too.
        await Deadline.UntilAsync(
            () =>
            {
                Time.Advance(Step);
                return Manager.Watchers.All(static watcher => watcher.State == IdleState.Napping);
            },
            static () => "everything to sleep");
    }

    public async ValueTask DisposeAsync()
    {
        // Disposal waits by the clock that stands still here.
        var end = Manager.DisposeAsync().AsTask();
        await Deadline.UntilAsync(
            () =>
            {
                Time.Advance(Step);
                return end.IsCompleted;
            },
            static () => "the manager's end");
        await end;
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
    }
}
