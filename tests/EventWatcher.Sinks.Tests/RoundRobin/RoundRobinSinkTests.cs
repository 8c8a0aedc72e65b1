namespace EventWatcher.Sinks.Tests;

public sealed class RoundRobinSinkTests
{
    [Fact]
    public async Task Write_children_get_items_in_turn_and_closed_ones_are_skipped_until_none_is_left()
    {
        var sinks = Enumerable.Range(0, 3).Select(_ => new RecordingSink<int>()).ToArray();
        await using var sink = new RoundRobinSink<int>([.. sinks, sinks[0]]);
        for (var i = 0; i < 6; i++)
        {
            await sink.WriteAsync(i);
        }

        Assert.Equal([0, 3], sinks[0].Items);
        Assert.Equal([1, 4], sinks[1].Items);
        Assert.Equal([2, 5], sinks[2].Items);

        await sinks[1].DisposeAsync();
        for (var i = 6; i < 10; i++)
        {
            await sink.WriteAsync(i);
        }

        Assert.Equal([6, 7, 8, 9], sinks[0].Items.Skip(2).Concat(sinks[2].Items.Skip(2)).Order());
        Assert.All([sinks[0], sinks[2]], child => Assert.InRange(child.Items.Count, 3, 5));

        await sinks[0].DisposeAsync();
        await sinks[2].DisposeAsync();
        await Assert.ThrowsAsync<NoSinksException>(async () => await sink.WriteAsync(10));
        Assert.Empty(sink.Children);
        Assert.True(sink.Add(new RecordingSink<int>()));
        await sink.WriteAsync(11);
    }

    [Fact]
    public async Task Write_child_throws_the_writer_gets_it()
    {
        var child = new RecordingSink<int> { OnWrite = (_, _) => throw new InvalidOperationException("no") };
        await using var sink = new RoundRobinSink<int>([child]);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await sink.WriteAsync(1));
        Assert.Equal([child], sink.Children);
    }
}
