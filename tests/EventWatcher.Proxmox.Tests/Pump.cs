using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Moves a fake clock on, but only while nothing is going on that real time decides: answers that are on their way.</summary>
internal static class Pump
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Moves the clock from timer to timer until a task has ended.</summary>
    public static async Task<T> CompletesAsync<T>(FakeTimeProvider time, Task<T> task, Func<bool> isWaiting)
    {
        await UntilAsync(time, () => task.IsCompleted, isWaiting);
        return await task;
    }

    public static async Task CompletesAsync(FakeTimeProvider time, Task task, Func<bool> isWaiting)
    {
        await UntilAsync(time, () => task.IsCompleted, isWaiting);
        await task;
    }

    /// <summary>Moves the clock from timer to timer until a condition holds.</summary>
    public static async Task UntilAsync(FakeTimeProvider time, Func<bool> condition, Func<bool> isWaiting, Func<string>? describe = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
            {
                throw new TimeoutException($"Not true within {Deadline}. {describe?.Invoke()}");
            }

            await Step(time, isWaiting);
        }
    }

    /// <summary>Moves the clock on by a while, from timer to timer.</summary>
    public static async Task ForAsync(FakeTimeProvider time, TimeSpan duration, Func<bool> isWaiting)
    {
        var until = time.GetUtcNow() + duration;
        var began = TimeProvider.System.GetTimestamp();
        while (time.GetUtcNow() < until)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
            {
                throw new TimeoutException($"The clock could not be moved on by {duration} within {Deadline}.");
            }

            await Step(time, isWaiting, until);
        }
    }

    private static async Task Step(FakeTimeProvider time, Func<bool> isWaiting, DateTimeOffset? atMost = null)
    {
        if (isWaiting() && time.NextTimerIn is { } next)
        {
            var left = atMost - time.GetUtcNow();
            time.Advance(left is { } most && most < next ? most : next);
            await Task.Yield();
        }
        else
        {
            await Task.Delay(1);
        }
    }
}
