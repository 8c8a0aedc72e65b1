namespace EventWatcher.Docker.Tests;

public sealed class DockerFilterTests
{
    [Theory]
    [InlineData("container")]
    [InlineData("event")]
    [InlineData("image")]
    [InlineData("label")]
    [InlineData("scope")]
    [InlineData("type")]
    public void Constructor_known_term_is_taken(string term) => Assert.Equal($"{term}=a {term}=b", new DockerFilter(term, "a", "b").ToString());

    [Fact]
    public void Constructor_unknown_term_names_it_and_what_is_allowed()
    {
        var exception = Assert.Throws<ArgumentException>(() => new DockerFilter("network", "x"));
        Assert.Contains("\"network\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains("container, event, image, label, scope, type", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_without_a_value_or_with_an_empty_one_is_refused()
    {
        Assert.Contains("no value", Assert.Throws<ArgumentException>(() => new DockerFilter("event")).Message, StringComparison.Ordinal);
        Assert.Contains("empty value", Assert.Throws<ArgumentException>(() => new DockerFilter("event", "a", "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_a_copy()
    {
        var values = new List<string> { "a" };
        var filter = new DockerFilter("event", values);
        values.Add("b");
        Assert.Equal(["a"], filter.Values);
    }

    [Fact]
    public void Equality_is_by_term_and_values()
    {
        Assert.Equal(new DockerFilter("event", "a", "b"), new DockerFilter("event", "a", "b"));
        Assert.Equal(new DockerFilter("event", "a").GetHashCode(), new DockerFilter("event", "a").GetHashCode());
        Assert.NotEqual(new DockerFilter("event", "a", "b"), new DockerFilter("event", "b", "a"));
        Assert.NotEqual(new DockerFilter("event", "a"), new DockerFilter("image", "a"));
    }
}
