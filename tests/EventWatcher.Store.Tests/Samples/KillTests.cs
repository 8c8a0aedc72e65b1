using System.Globalization;

namespace EventWatcher.Store.Tests;

/// <summary>Writers killed with no time for a last word: every event that was acknowledged is there, none twice, none out of order.</summary>
public sealed class KillTests : IDisposable
{
    private const int RoundsInCi = 20;
    private const int RoundsAtLength = 200;
    private const int Seed = 20261120;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventwatcher-kill-");

    private static int Rounds => string.Equals(Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS"), "long", StringComparison.Ordinal) ? RoundsAtLength : RoundsInCi;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Writers_that_are_killed_lose_no_acknowledged_event()
    {
        var random = new Random(Seed);
        var acknowledged = new Dictionary<long, string>();
        for (var round = 1; round <= Rounds; round++)
        {
            await using (var producer = SampleProcess.Start(
                "produce", _folder.FullName, "--count", "0", "--writers", random.Next(1, 33).ToString(CultureInfo.InvariantCulture), "--size", random.Next(64, 2_000).ToString(CultureInfo.InvariantCulture)))
            {
                await producer.WaitForLinesAsync(random.Next(1, 2_000));
                await producer.KillAsync();
                Assert.NotEqual(0, producer.Count);

                // The last line may be cut.
                foreach (var line in producer.Lines.SkipLast(1).Select(static line => line.Split(' ')))
                {
                    Assert.True(acknowledged.TryAdd(long.Parse(line[1], CultureInfo.InvariantCulture), line[2]), $"{line[1]} was given twice (round {round})");
                }
            }

            await AssertWholeAsync(acknowledged, round);
        }
    }

    private async Task AssertWholeAsync(Dictionary<long, string> acknowledged, int round)
    {
        await using var store = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = _folder.FullName, IsReadOnly = true });
        var stored = new Dictionary<long, string>();
        var latest = await store.GetLatestSequenceNumberAsync();
        for (var iterator = EventIterator.TrimHorizon; stored.Count < latest;)
        {
            var response = await store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, LongPollTimeout = TimeSpan.Zero });
            Assert.NotEmpty(response.Events);
            foreach (var item in response.Events)
            {
                Assert.Equal(stored.Count + 1, item.SequenceNumber);
                var payload = System.Text.Encoding.UTF8.GetString(item.Payload.Span);
                stored.Add(item.SequenceNumber, payload[..payload.IndexOf('\n', StringComparison.Ordinal)]);
            }

            iterator = response.NextIterator;
        }

        Assert.Equal(stored.Count, stored.Values.Distinct(StringComparer.Ordinal).Count());
        foreach (var (sequence, id) in acknowledged)
        {
            Assert.True(stored.TryGetValue(sequence, out var there) && there == id, $"{sequence} {id} was acknowledged and is {there ?? "gone"} (round {round})");
        }
    }
}
