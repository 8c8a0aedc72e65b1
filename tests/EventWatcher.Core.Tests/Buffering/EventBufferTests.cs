namespace EventWatcher.Core.Tests;

public sealed class EventBufferTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_several_losses_are_taken_in_the_order_they_began_with_their_counts()
    {
        var buffer = Full(2);
        buffer.AddToTail(TestEvents.Numbered(0, "b"));
        buffer.AddToTail(TestEvents.Numbered(0, "a"));
        buffer.AddToTail(TestEvents.Numbered(0, "b"));

        var taken = TakeAll(buffer);

        Assert.Equal(["1", "2", "b:2", "a:1"], taken.Select(Show));
    }

    [Fact]
    public void TryAdd_force_reload_when_full_is_kept_as_it_is()
    {
        var buffer = Full(1);
        var reload = TestEvents.ForceReload(reason: "its own");

        Assert.True(buffer.TryAdd(reload));

        Assert.Same(reload, TakeAll(buffer)[^1]);
    }

    [Fact]
    public void TryAdd_force_reload_where_events_were_lost_already_is_one_with_them()
    {
        var buffer = Full(1);
        buffer.AddToTail(TestEvents.Numbered(0));

        Assert.True(buffer.TryAdd(TestEvents.ForceReload()));

        Assert.Equal(["1", "fake:1"], TakeAll(buffer).Select(Show));
    }

    [Fact]
    public void TryAdd_after_an_overflow_room_is_there_only_when_the_loss_was_taken()
    {
        var buffer = Full(2);
        buffer.AddToTail(TestEvents.Numbered(3));
        buffer.TryTake(out _, out _);

        Assert.False(buffer.TryAdd(TestEvents.Numbered(4)));
        TakeAll(buffer);

        Assert.True(buffer.TryAdd(TestEvents.Numbered(5)));
    }

    [Fact]
    public void TryTake_two_sources_overflowed_and_events_go_on_one_for_one_the_reader_comes_back_to_events()
    {
        var buffer = Full(4);
        buffer.AddToTail(TestEvents.Numbered(0, "a"));
        buffer.AddToTail(TestEvents.Numbered(0, "b"));
        for (var i = 0; i < 4; i++)
        {
            buffer.TryTake(out _, out _);
        }

        // The reader keeps up now: it takes one for each one that comes, by turns from the two sources.
        var taken = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            buffer.TryTake(out var item, out _);
            taken.Add(Show(item!));
            var next = TestEvents.Numbered(i, i % 2 == 0 ? "a" : "b");
            if (!buffer.TryAdd(next))
            {
                buffer.AddToTail(next);
            }
        }

        Assert.Equal(["a:1", "b:1", "0", "1", "2", "3", "4", "5", "6", "7"], taken);
    }

    [Fact]
    public void TryEvictOldest_passes_over_force_reload()
    {
        var buffer = new EventBuffer(3, _time);
        buffer.TryAdd(TestEvents.ForceReload());
        buffer.TryAdd(TestEvents.Numbered(1));
        buffer.TryAdd(TestEvents.Numbered(2));

        Assert.True(buffer.TryEvictOldest());
        Assert.True(buffer.TryEvictOldest());
        Assert.False(buffer.TryEvictOldest());

        Assert.True(Assert.Single(TakeAll(buffer)).Action.IsForceReload);
    }

    [Fact]
    public void Trim_after_a_burst_gives_memory_back_and_keeps_what_is_there()
    {
        var buffer = new EventBuffer(10_000, _time);
        List<Overflow>? overflows = null;
        for (var i = 0; i < 1_000; i++)
        {
            buffer.TryAdd(TestEvents.Numbered(i));
        }

        Assert.False(buffer.IsOversized);
        buffer.Take(990, ref overflows);
        Assert.True(buffer.IsOversized);
        buffer.Trim();

        Assert.False(buffer.IsOversized);
        Assert.Equal(Enumerable.Range(990, 10), TakeAll(buffer).Select(TestEvents.NumberOf));
    }

    [Fact]
    public void Clear_counts_what_a_reader_would_have_got()
    {
        var buffer = Full(3);
        buffer.AddToTail(TestEvents.Numbered(4));
        buffer.AddToTail(TestEvents.Numbered(5));

        Assert.Equal(4, buffer.Clear());
        Assert.Equal(0, buffer.Count);
        Assert.Equal(buffer.AddedPosition, buffer.TakenPosition);
        Assert.True(buffer.TryAdd(TestEvents.Numbered(6)));
    }

    private static List<Event> TakeAll(EventBuffer buffer)
    {
        var taken = new List<Event>();
        while (buffer.TryTake(out var item, out _))
        {
            taken.Add(item!);
        }

        return taken;
    }

    private static string Show(Event item) =>
        item.Action.IsForceReload ? $"{item.Source}:{item.ActorAttributes[Event.DroppedAttribute]}" : item.ActorName;

    private EventBuffer Full(int capacity)
    {
        var buffer = new EventBuffer(capacity, _time);
        for (var i = 1; i <= capacity; i++)
        {
            Assert.True(buffer.TryAdd(TestEvents.Numbered(i)));
        }

        Assert.True(buffer.IsFull);
        return buffer;
    }
}
