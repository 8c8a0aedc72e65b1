namespace EventWatcher.Idle.Tests;

public sealed class DependencyGraphTests
{
    private static Dictionary<string, string> FindCycles(params (string From, string To)[] edges) => DependencyGraph.FindCycles(
        edges.GroupBy(static edge => edge.From, StringComparer.Ordinal).ToDictionary(
            static group => group.Key,
            static group => (IReadOnlyList<IdleDependency>)[.. group.Select(static edge => new IdleDependency(edge.To, DependencyCondition.Started))],
            StringComparer.Ordinal));

    [Fact]
    public void FindCycles_of_a_diamond_is_empty() => Assert.Empty(FindCycles(("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")));

    [Fact]
    public void FindCycles_shows_the_path() => Assert.Equal("a → b → c → a", FindCycles(("a", "b"), ("b", "c"), ("c", "a"))["a"]);

    [Fact]
    public void FindCycles_names_whoever_leads_into_it_and_nobody_else()
    {
        var cycles = FindCycles(("web", "a"), ("a", "b"), ("b", "a"), ("other", "db"));

        Assert.Equal(["a", "b", "web"], cycles.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("a → b → a", cycles["web"]);
    }

    [Fact]
    public void FindCycles_of_itself_is_one() => Assert.Equal("a → a", FindCycles(("a", "a"))["a"]);

    [Theory]
    [InlineData("db", "db", DependencyCondition.Started)]
    [InlineData(" db : healthy ", "db", DependencyCondition.Healthy)]
    [InlineData("db:service_completed_successfully", "db", DependencyCondition.Completed)]
    public void TryParse_reads_name_and_condition(string text, string name, DependencyCondition condition)
    {
        Assert.True(IdleDependency.TryParse(text, out var dependency));
        Assert.Equal(new IdleDependency(name, condition), dependency);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":healthy")]
    [InlineData("db:sick")]
    [InlineData("a:b:healthy")]
    public void TryParse_refuses_anything_else(string text) => Assert.False(IdleDependency.TryParse(text, out _));
}
