using System.Text.Json;

namespace EventWatcher.Core.Tests;

public sealed class EventJsonTests
{
    private static readonly Event Whole = new()
    {
        Type = EventType.Docker,
        Action = EventAction.ContainerDie | EventAction.Custom(3),
        ActorName = "näme \"quoted\" \u0001 🐳",
        ActorId = "4f6a",
        ActorAttributes = EventAttributes.Create([new("exitCode", "137"), new("", ""), new("io.label/x", "a\nb")]),
        Timestamp = new DateTimeOffset(2026, 7, 1, 12, 30, 15, 123, TimeSpan.FromHours(2)).AddTicks(4567),
        Source = "unix:///run/docker.sock",
        Position = long.MaxValue,
    };

    [Fact]
    public void Serialize_whole_event_reads_back_equal() => Assert.Equal(Whole, RoundTrip(Whole));

    [Fact]
    public void Serialize_least_event_reads_back_equal()
    {
        var least = new Event { Type = default, Action = EventAction.None };

        Assert.Equal(least, RoundTrip(least));
    }

    [Fact]
    public void Serialize_force_reload_reads_back_equal()
    {
        var reload = Event.ForceReload(EventType.File, "dir", "overflow", 12, TestEvents.Timestamp);

        Assert.Equal(reload, RoundTrip(reload));
    }

    [Fact]
    public void Serialize_has_the_documented_form()
    {
        var item = TestEvents.Container(EventAction.ContainerStart, "nginx", "4f6a");

        var json = JsonSerializer.Serialize(item, EventJsonContext.Default.Event);

        Assert.Equal(
            """{"type":"docker","action":"start","actorName":"nginx","actorId":"4f6a","actorAttributes":{},"timestamp":"2000-01-01T00:00:00+00:00","source":"fake"}""",
            json);
    }

    [Fact]
    public void Serialize_lists_read_back_equal()
    {
        IReadOnlyList<Event> list = [Whole, TestEvents.Numbered(1)];

        var json = JsonSerializer.Serialize(list, EventJsonContext.Default.IReadOnlyListEvent);

        Assert.Equal(list, JsonSerializer.Deserialize(json, EventJsonContext.Default.EventArray)!);
    }

    [Fact]
    public void Serialize_random_events_read_back_equal()
    {
        var random = new Random(20_260_002);
        for (var i = 0; i < 500; i++)
        {
            var item = new Event
            {
                Type = new EventType(Text(random) + "t"),
                Action = (EventAction)(ulong)random.NextInt64(long.MinValue, long.MaxValue),
                ActorName = Text(random),
                ActorId = Text(random),
                ActorAttributes = EventAttributes.Create([.. Enumerable.Range(0, random.Next(25)).Select(n => new KeyValuePair<string, string>($"{n}{Text(random)}", Text(random)))]),
                Timestamp = new DateTimeOffset(random.NextInt64(DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
                Source = Text(random),
                Position = random.Next(2) == 0 ? null : random.NextInt64(),
            };
            Assert.Equal(item, RoundTrip(item));
        }
    }

    [Theory]
    [InlineData("""{"type":"t","action":"started"}""")]
    [InlineData("""{"type":"t","action":2}""")]
    [InlineData("""{"type":"t","action":null}""")]
    [InlineData("""{"type":"t"}""")]
    [InlineData("""{"action":"start"}""")]
    [InlineData("""{"type":"t","action":"start","actorAttributes":[]}""")]
    [InlineData("""{"type":"t","action":"start","actorAttributes":{"a":{}}}""")]
    [InlineData("""{"type":"t","action":"start","actorAttributes":{"a":1}}""")]
    public void Deserialize_bad_event_is_a_json_exception(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, EventJsonContext.Default.Event));

    [Fact]
    public void Deserialize_nulls_become_empty()
    {
        var item = JsonSerializer.Deserialize(
            """{"type":"t","action":"start","actorName":null,"actorId":null,"source":null,"actorAttributes":null,"more":1}""",
            EventJsonContext.Default.Event)!;

        Assert.Equal(new Event { Type = new EventType("t"), Action = EventAction.ContainerStart }, item);
        Assert.Same(EventAttributes.Empty, item.ActorAttributes);
    }

    private static Event RoundTrip(Event item) =>
        JsonSerializer.Deserialize(JsonSerializer.Serialize(item, EventJsonContext.Default.Event), EventJsonContext.Default.Event)!;

    // Any characters but halves of surrogate pairs, which no JSON can carry.
    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => (char)random.Next(0xD800)));
}
