using System.Globalization;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

[Collection(DockerEngineCollection.Name)]
public class ScriptedOperationsTests(DockerEngineFixture fixture, ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task RunAsync_two_recorders_agree_with_each_other_and_with_the_script(int clients)
    {
        fixture.SkipUnlessAvailable();
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EVENTWATCHER_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(1_000_000);
        output.WriteLine($"EVENTWATCHER_SEED={seed}");
        var count = fixture.Traits.Operations(60);
        await using var first = await EventRecorder.StartAsync(fixture.Host);
        await using var second = await EventRecorder.StartAsync(fixture.Host, ownStream: true);
        try
        {
            var done = await new ScriptedOperations(fixture.Control, seed, operations: count, containers: 6, clients).RunAsync();

            Assert.Equal(count, done.Count);
            var told = done.Sum(operation => operation.Actions.Count);
            await first.WaitForCountAsync(told, IsCertain);
            await second.WaitForCountAsync(told, IsCertain);
            await first.WaitUntilQuietAsync();
            await second.WaitUntilQuietAsync();
            foreach (var container in done.GroupBy(operation => operation.Id, StringComparer.Ordinal))
            {
                // For each container only: events of several that happen at once reach two listeners in two orders.
                Assert.Equal(Of(container.Key, first), Of(container.Key, second));
                AssertTold([.. container], fixture.Traits.Certain(first.ActionsOf(container.Key)));
            }
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }

        bool IsCertain(RecordedEvent recorded) => fixture.Traits.Certain([recorded.Action]).Count > 0;
    }

    private static string Of(string id, EventRecorder recorder) =>
        string.Join('\n', recorder.Events.Where(recorded => string.Equals(recorded.Id, id, StringComparison.Ordinal)));

    private static void AssertTold(List<PerformedOperation> done, IReadOnlyList<string> actions)
    {
        // Sorted, since the engine may tell of the end and of the stop in either order.
        var expected = done.SelectMany(operation => operation.Actions).Order(StringComparer.Ordinal);
        var surplus = actions.Count(IsUnpause) - expected.Count(IsUnpause);
        Assert.True(
            surplus >= 0 && surplus <= done.Count(operation => operation.MayUnpause),
            $"{surplus} more unpause than expected after:\n{string.Join('\n', done)}\nThe engine told: {string.Join(' ', actions)}");
        Assert.Equal(string.Join(" ", expected.Where(action => !IsUnpause(action))), string.Join(" ", actions.Order(StringComparer.Ordinal).Where(action => !IsUnpause(action))));

        static bool IsUnpause(string action) => string.Equals(action, "unpause", StringComparison.Ordinal);
    }
}
