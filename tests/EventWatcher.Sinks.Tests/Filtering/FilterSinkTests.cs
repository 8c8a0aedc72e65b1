namespace EventWatcher.Sinks.Tests;

public sealed class FilterSinkTests
{
    private static readonly EventType Other = new("other");

    [Fact]
    public async Task Where_even_numbers_only_they_come_through()
    {
        var target = new RecordingSink<int>();
        await using var sink = target.Where(number => number % 2 == 0);

        for (var i = 0; i < 100; i++)
        {
            await sink.WriteAsync(i);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * 2), target.Items);
    }

    [Fact]
    public async Task Where_action_lets_its_actions_and_every_force_reload_through()
    {
        var target = new RecordingSink<Event>();
        await using var sink = target.Where(EventAction.ContainerStartMask);
        var start = TestEvents.Container(EventAction.ContainerStart, "web");
        var reload = TestEvents.ForceReload();

        await sink.WriteAsync(start);
        await sink.WriteAsync(TestEvents.Container(EventAction.ContainerDie, "web"));
        await sink.WriteAsync(reload);

        Assert.Equal([start, reload], target.Items);
    }

    [Fact]
    public async Task Where_type_lets_its_type_through()
    {
        var target = new RecordingSink<Event>();
        await using var sink = target.Where(Other);
        var one = new Event { Type = Other, Action = EventAction.Custom(1) };

        await sink.WriteAsync(one);
        await sink.WriteAsync(TestEvents.Numbered(1));

        Assert.Equal([one], target.Items);
    }

    [Fact]
    public async Task WhereActor_lets_matching_names_and_every_force_reload_through()
    {
        var target = new RecordingSink<Event>();
        await using var sink = target.WhereActor("web-*");
        var web = TestEvents.Container(EventAction.ContainerStart, "web-1");
        var reload = TestEvents.ForceReload();

        await sink.WriteAsync(web);
        await sink.WriteAsync(TestEvents.Container(EventAction.ContainerStart, "db-1"));
        await sink.WriteAsync(reload);

        Assert.Equal([web, reload], target.Items);
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b", "a-b-c", false)]
    [InlineData("abc", "ABC", false)]
    [InlineData("*.log", "x.log.gz", false)]
    [InlineData("", "a", false)]
    [InlineData("a[b]", "a[b]", true)]
    [InlineData("**a**", "bab", true)]
    public void IsMatch_says(string pattern, string text, bool matches) => Assert.Equal(matches, Glob.IsMatch(pattern, text));

    [Fact]
    public void IsMatch_a_pattern_made_to_be_slow_is_not()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*", 200)) + "b";
        Assert.False(Glob.IsMatch(pattern, new string('a', 10_000)));
    }
}
