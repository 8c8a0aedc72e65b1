using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

internal static class FakeTimeExtensions
{
    /// <summary>Lets time pass, a second in a few milliseconds, until something is so.</summary>
    public static async Task AdvanceUntilAsync(this FakeTimeProvider time, Func<bool> condition, TimeSpan? step = null) =>
        await Eventually.TrueAsync(() =>
        {
            if (!condition())
            {
                time.Advance(step ?? TimeSpan.FromSeconds(1));
            }

            return condition();
        });

    /// <summary>Lets so much time pass, a second in a few milliseconds.</summary>
    public static async Task PassAsync(this FakeTimeProvider time, TimeSpan span, TimeSpan? step = null)
    {
        var end = time.GetUtcNow() + span;
        await time.AdvanceUntilAsync(() => time.GetUtcNow() >= end, step);
    }
}
