using System.Runtime.CompilerServices;

namespace EventWatcher.TestKit;

/// <summary>Waits for a condition with a deadline, in the place of a sleep that is too short on one machine and too long on another.</summary>
/// <remarks>Looks again every few milliseconds of real time, also where the code under test has a fake clock. Thread-safe.</remarks>
public static class Eventually
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(15);

    /// <summary>Gets the deadline of whoever gives none: 30 seconds, far more than a healthy test needs.</summary>
    public static TimeSpan DefaultDeadline { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition; it must be safe to call from any thread.</param>
    /// <param name="deadline">How long, in real time; null for <see cref="DefaultDeadline"/>.</param>
    /// <param name="expectation">What is waited for, for the message; by default the text of <paramref name="condition"/>.</param>
    /// <returns>Completes when the condition holds.</returns>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static Task TrueAsync(
        Func<bool> condition,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string expectation = "")
    {
        ArgumentNullException.ThrowIfNull(condition);
        return TrueAsync(() => Task.FromResult(condition()), deadline, expectation);
    }

    /// <summary>Waits until an asynchronous condition holds.</summary>
    /// <param name="condition">The condition; asked again only after it has answered.</param>
    /// <param name="deadline">How long, in real time; null for <see cref="DefaultDeadline"/>.</param>
    /// <param name="expectation">What is waited for, for the message; by default the text of <paramref name="condition"/>.</param>
    /// <returns>Completes when the condition holds.</returns>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task TrueAsync(
        Func<Task<bool>> condition,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string expectation = "")
    {
        ArgumentNullException.ThrowIfNull(condition);
        var limit = deadline ?? DefaultDeadline;
        var started = TimeProvider.System.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(1);
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(started) >= limit)
            {
                throw new TimeoutException($"Not true within {limit}: {expectation}");
            }

            await Task.Delay(pause, TimeProvider.System).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Waits until a task has ended; its failure or cancellation is thrown.</summary>
    /// <param name="task">The task.</param>
    /// <param name="deadline">How long, in real time; null for <see cref="DefaultDeadline"/>.</param>
    /// <param name="expectation">What is waited for, for the message; by default the text of <paramref name="task"/>.</param>
    /// <returns>The same as the task.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static async Task CompletesAsync(
        Task task,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(task))] string expectation = "")
    {
        await EndsAsync(task, deadline, expectation).ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <summary>Waits for a task's result; its failure or cancellation is thrown.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">The task.</param>
    /// <param name="deadline">How long, in real time; null for <see cref="DefaultDeadline"/>.</param>
    /// <param name="expectation">What is waited for, for the message; by default the text of <paramref name="task"/>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static async Task<T> CompletesAsync<T>(
        Task<T> task,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(task))] string expectation = "")
    {
        await EndsAsync(task, deadline, expectation).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>Waits until a task has ended, in whatever way; nothing of it is thrown.</summary>
    /// <param name="task">The task.</param>
    /// <param name="deadline">How long, in real time; null for <see cref="DefaultDeadline"/>.</param>
    /// <param name="expectation">What is waited for, for the message; by default the text of <paramref name="task"/>.</param>
    /// <returns>Completes when the task has ended.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static async Task EndsAsync(
        Task task,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(task))] string expectation = "")
    {
        ArgumentNullException.ThrowIfNull(task);
        var limit = deadline ?? DefaultDeadline;
        try
        {
            await Task.WhenAny(task).WaitAsync(limit, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"Not ended within {limit}: {expectation}", exception);
        }
    }
}
