namespace EventWatcher.Core.Tests;

public sealed class EventTests
{
    [Theory]
    [InlineData("nginx", "4f6a", "start nginx")]
    [InlineData("", "4f6a", "start 4f6a")]
    [InlineData("", "", "start")]
    public void ToString_says_action_and_actor(string name, string id, string expected)
    {
        var item = new Event { Type = EventType.Docker, Action = EventAction.ContainerStart, ActorName = name, ActorId = id };

        Assert.Equal(expected, item.ToString());
    }

    [Fact]
    public void Init_nulls_become_empty()
    {
        var item = new Event
        {
            Type = EventType.File,
            Action = EventAction.FileWritten,
            ActorName = null!,
            ActorId = null!,
            Source = null!,
            ActorAttributes = null!,
        };

        Assert.Equal(("", "", ""), (item.ActorName, item.ActorId, item.Source));
        Assert.Same(EventAttributes.Empty, item.ActorAttributes);
        Assert.Null(item.Position);
    }

    [Fact]
    public void ActorAttributes_dictionary_changed_afterwards_event_stays()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["image"] = "nginx" };
        var item = TestEvents.Numbered(1) with { ActorAttributes = attributes };

        attributes["image"] = "caddy";
        attributes["more"] = "x";

        Assert.Equal("nginx", item.ActorAttributes["image"]);
        Assert.Single(item.ActorAttributes);
    }

    [Fact]
    public void Equals_compares_attributes_by_content_without_order()
    {
        var one = TestEvents.Numbered(1) with { ActorAttributes = EventAttributes.Create([new("a", "1"), new("b", "2")]) };
        var other = TestEvents.Numbered(1) with { ActorAttributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "2", ["a"] = "1" } };

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { ActorAttributes = EventAttributes.Create([new("a", "1"), new("b", "3")]) });
        Assert.NotEqual(one, other with { ActorAttributes = EventAttributes.Create([new("a", "1")]) });
    }

    [Fact]
    public void Equals_each_property_counts()
    {
        var item = new EventBuilder().WithActor("a", "b").AtPosition(1).Build();
        Event[] others =
        [
            item with { Type = EventType.Docker },
            item with { Action = EventAction.ContainerDie },
            item with { ActorName = "A" },
            item with { ActorId = "B" },
            item with { Source = "other" },
            item with { Timestamp = item.Timestamp.AddTicks(1) },
            item with { Position = null },
        ];

        Assert.All(others, other => Assert.NotEqual(item, other));
        Assert.Equal(item, item with { });
    }

    [Fact]
    public void ForceReload_carries_reason_and_count()
    {
        var item = Event.ForceReload(EventType.Docker, "engine", "the engine was away", 17, TestEvents.Timestamp);

        Assert.True(item.Action.IsForceReload);
        Assert.Equal(EventType.Docker, item.Type);
        Assert.Equal("engine", item.Source);
        Assert.Equal(TestEvents.Timestamp, item.Timestamp);
        Assert.Equal("the engine was away", item.ActorAttributes[Event.ReasonAttribute]);
        Assert.Equal("17", item.ActorAttributes[Event.DroppedAttribute]);
        Assert.Equal("force-reload", item.ToString());
    }

    [Fact]
    public void ForceReload_count_unknown_has_no_such_attribute() =>
        Assert.False(Event.ForceReload(EventType.Docker, "", "x").ActorAttributes.ContainsKey(Event.DroppedAttribute));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void ForceReload_without_reason_is_refused(string reason) =>
        Assert.Throws<ArgumentException>(() => Event.ForceReload(EventType.Docker, "", reason));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void EventType_without_word_is_refused(string? word) =>
        Assert.ThrowsAny<ArgumentException>(() => new EventType(word!));

    [Fact]
    public void EventType_is_its_word()
    {
        Assert.Equal(new EventType("docker"), EventType.Docker);
        Assert.NotEqual(new EventType("Docker"), EventType.Docker);
        Assert.Equal("proxmox", EventType.Proxmox.ToString());
        Assert.Equal("", default(EventType).Value);
        Assert.Equal(default(EventType).GetHashCode(), new EventType().GetHashCode());
    }
}
