using System.Diagnostics;

namespace EventWatcher.IntegrationTests;

/// <summary>Waiting for a condition of the outside world, with a generous end.</summary>
public static class Deadline
{
    /// <summary>What no machine, however busy, should need.</summary>
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    /// <summary>True as soon as <paramref name="condition"/> holds, false when it does not in time.</summary>
    public static async Task<bool> ReachesAsync(Func<Task<bool>> condition, TimeSpan? within = null, CancellationToken cancellationToken = default)
    {
        var limit = within ?? Generous;
        var clock = Stopwatch.StartNew();
        var pause = TimeSpan.FromMilliseconds(2);
        while (!await condition())
        {
            if (clock.Elapsed > limit)
            {
                return false;
            }

            await Task.Delay(pause, cancellationToken);
            pause = TimeSpan.FromMilliseconds(Math.Min(50, pause.TotalMilliseconds * 1.5));
        }

        return true;
    }

    public static Task<bool> ReachesAsync(Func<bool> condition, TimeSpan? within = null, CancellationToken cancellationToken = default) =>
        ReachesAsync(() => Task.FromResult(condition()), within, cancellationToken);

    /// <summary>Waits for <paramref name="condition"/>, or fails saying what never came.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? within = null, CancellationToken cancellationToken = default)
    {
        if (!await ReachesAsync(condition, within, cancellationToken))
        {
            throw new TimeoutException($"Not within {within ?? Generous}: {what()}");
        }
    }

    public static Task UntilAsync(Func<bool> condition, Func<string> what, TimeSpan? within = null, CancellationToken cancellationToken = default) =>
        UntilAsync(() => Task.FromResult(condition()), what, within, cancellationToken);
}
