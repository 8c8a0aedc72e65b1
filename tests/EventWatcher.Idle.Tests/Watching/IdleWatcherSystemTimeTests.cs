using System.Diagnostics;

namespace EventWatcher.Idle.Tests;

public sealed class IdleWatcherSystemTimeTests
{
    // Leases are released by a coarse clock here, as nowhere else in these tests.
    [Fact]
    public async Task Idle_time_is_never_cut_short_by_the_systems_clock()
    {
        var idle = TimeSpan.FromMilliseconds(5);
        var released = Stopwatch.GetTimestamp();
        var shortest = TimeSpan.MaxValue;
        var runtime = new FakeContainerProvider();
        runtime.Add("app", ContainerStatus.Running);
        runtime.OnCall = (call, _) =>
        {
            if (call.Action == FakeContainerAction.Stop && Stopwatch.GetElapsedTime(Volatile.Read(ref released)) is var time && time < shortest)
            {
                shortest = time;
            }

            return Task.CompletedTask;
        };
        await using var manager = new IdleManager(runtime, new IdleOptions { Containers = { ["app"] = new IdleContainerOptions { IdleTimeout = idle } } });
        manager.Start();
        await manager.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(manager.TryGet("app", out var app));

        for (var sleep = 1; sleep <= 20; sleep++)
        {
            using (await app.AcquireAsync())
            {
                Volatile.Write(ref released, Stopwatch.GetTimestamp());
            }

            await Eventually.TrueAsync(() => runtime.CountCalls(FakeContainerAction.Stop, "app") >= sleep);
        }

        Assert.True(shortest >= idle, $"It was stopped {shortest} after its last use.");
    }
}
