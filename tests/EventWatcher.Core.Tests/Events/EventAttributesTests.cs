namespace EventWatcher.Core.Tests;

public sealed class EventAttributesTests
{
    [Fact]
    public void Create_key_given_twice_the_last_one_wins()
    {
        EventAttributes attributes = [new("a", "1"), new("b", "2"), new("a", "3")];

        Assert.Equal(2, attributes.Count);
        Assert.Equal("3", attributes["a"]);
        Assert.Equal(["a", "b"], attributes.Keys);
        Assert.Equal(["3", "2"], attributes.Values);
    }

    [Fact]
    public void Create_nothing_is_the_shared_instance()
    {
        Assert.Same(EventAttributes.Empty, EventAttributes.Create([]));
        Assert.Same(EventAttributes.Empty, EventAttributes.From(null));
        Assert.Same(EventAttributes.Empty, EventAttributes.From(new Dictionary<string, string>(StringComparer.Ordinal)));
    }

    [Fact]
    public void Create_null_key_or_value_is_refused()
    {
        Assert.Throws<ArgumentException>(() => EventAttributes.Create([new(null!, "x")]));
        Assert.Throws<ArgumentException>(() => EventAttributes.Create([new("x", null!)]));
    }

    [Fact]
    public void Indexer_missing_key_names_it()
    {
        var exception = Assert.Throws<KeyNotFoundException>(() => EventAttributes.Empty["image"]);

        Assert.Contains("image", exception.Message, StringComparison.Ordinal);
        Assert.False(EventAttributes.Empty.ContainsKey("image"));
    }

    [Fact]
    public void With_leaves_the_original_as_it_is()
    {
        EventAttributes original = [new("a", "1")];

        var changed = original.With("a", "2").With("b", "3");

        Assert.Equal("1", original["a"]);
        Assert.Single(original);
        Assert.Equal(("2", "3"), (changed["a"], changed["b"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void Lookup_finds_every_key_whatever_the_size(int count)
    {
        var attributes = EventAttributes.Create([.. Enumerable.Range(0, count).Select(static n => new KeyValuePair<string, string>($"k{n}", $"v{n}"))]);

        Assert.All(Enumerable.Range(0, count), n => Assert.Equal($"v{n}", attributes[$"k{n}"]));
        Assert.False(attributes.TryGetValue("K0", out _));
        Assert.Equal(count, attributes.AsSpan().Length);
        Assert.Equal(count, attributes.Select(static item => item.Key).Distinct().Count());
        Assert.Equal(attributes, EventAttributes.From(attributes.Reverse().ToDictionary(StringComparer.Ordinal)));
        Assert.NotEqual(attributes, attributes.With("k0", "other"));
    }
}
