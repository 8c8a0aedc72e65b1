namespace EventWatcher.Proxmox.Tests;

/// <summary>How long after a change by the API its event comes, by the server's clock, whose list of tasks is a second late.</summary>
public sealed class LatencyTests : WatcherTest
{
    [Theory]
    [InlineData(1_000, 2_000)]
    [InlineData(500, 1_500)]
    public async Task Change_by_the_api_is_told_in_time(int interval, int most)
    {
        const int Changes = 21;
        for (var vmid = 100; vmid < 100 + Changes; vmid++)
        {
            Server.AddGuest("lxc", vmid, $"g{vmid}", isRunning: true);
        }

        await WatchAsync(options => options.TasksInterval = TimeSpan.FromMilliseconds(interval));
        var waits = new List<double>();
        var random = new Random(7);
        for (var i = 0; i < Changes; i++)
        {
            await PassAsync(1 + (random.NextDouble() * 4));
            var began = Time.GetUtcNow();
            Server.Act(100 + i, "stop");
            var count = Read().Count;
            while (Read().Count == count)
            {
                await PassAsync(0.05);
            }

            waits.Add((Time.GetUtcNow() - began).TotalMilliseconds);
        }

        waits.Sort();
        Assert.True(waits[Changes / 2] < most, $"The median is {waits[Changes / 2]} ms of {string.Join(", ", waits)}.");
    }
}
