using System.Globalization;
using System.Text;

namespace EventWatcher.Store.Tests;

public sealed class KillTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long" ? 200 : 20;

    [Fact]
    public async Task Killed_under_load_every_acknowledged_event_is_there_none_twice_none_out_of_order()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["store"];
        var random = new Random(1);
        var acknowledged = new Dictionary<long, string>();
        for (var round = 0; round < Rounds; round++)
        {
            using var producer = ProducerProcess.Start(path, writers: random.Next(1, 50), size: random.Next(64, 2_000));
            foreach (var (number, id) in await producer.KillAfterAsync(random.Next(1, 500)))
            {
                Assert.True(acknowledged.TryAdd(number, id), $"Round {round}: {number} was acknowledged twice, as {acknowledged[number]} and {id}.");
            }

            // Every other time the sample itself is the next to open it.
            if (round % 2 == 1 || round == Rounds - 1)
            {
                await VerifyAsync(path, acknowledged, round);
            }
        }

        Assert.True(acknowledged.Count >= Rounds);
    }

    private static async Task VerifyAsync(string path, Dictionary<long, string> acknowledged, int round)
    {
        await using var store = FileEventStore.Open(new FileEventStoreOptions { Path = path });
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var expected = 1L;
        foreach (var item in await store.ReadAllAsync())
        {
            var id = Encoding.UTF8.GetString(item.Payload.Span[..item.Payload.Span.IndexOf((byte)'\n')]);
            Assert.Equal(expected++, item.SequenceNumber);
            Assert.True(ids.Add(id), $"Round {round}: {id} is there twice.");
            Assert.Equal(acknowledged.GetValueOrDefault(item.SequenceNumber, id), id);
        }

        var last = acknowledged.Keys.Max();
        Assert.True(last < expected, string.Create(CultureInfo.InvariantCulture, $"Round {round}: event {last} was acknowledged and is gone; the latest is {expected - 1}."));
        _ = await store.VerifyAsync();
    }
}
