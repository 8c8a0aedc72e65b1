namespace EventWatcher.Proxmox.Tests;

public sealed class GuestTagsTests
{
    [Theory]
    [InlineData("eventwatcher-idle-idle-timeout.10m", "idle-timeout=10m")]
    [InlineData("prod;eventwatcher-idle-idle-timeout.1h30m;web", "idle-timeout=1h30m")]
    [InlineData("eventwatcher-idle-idle-timeout.10m, eventwatcher-idle-port.80", "idle-timeout=10m port=80")]
    [InlineData("eventwatcher-idle-host.app.example.com", "host=app.example.com")]
    [InlineData("eventwatcher-idle-host.a.example;eventwatcher-idle-host.b.example", "host=a.example,b.example")]
    [InlineData("eventwatcher-idle-probe-path.+2fhealth+2FLive", "probe-path=/health/Live")]
    [InlineData("eventwatcher-idle-depends-on.db+3ahealthy", "depends-on=db:healthy")]
    [InlineData("eventwatcher-idle-group.caf+c3+a9", "group=café")]
    [InlineData("eventwatcher-idle-group.a+2bb", "group=a+b")]
    [InlineData("eventwatcher-idle-no-loading-page", "no-loading-page=true")]
    [InlineData("Eventwatcher-Idle-Idle-Timeout.10m", "idle-timeout=10m")]
    [InlineData("eventwatcher-idle-group.", "group=")]
    [InlineData("eventwatcher-idle", "")]
    [InlineData("eventwatcher-idlewild;web;", "")]
    [InlineData("", "")]
    public void Tags_are_labels_by_another_spelling(string tags, string expected)
    {
        Assert.Equal(expected, Labels(tags));
    }

    [Theory]
    [InlineData("eventwatcher-idle-group.a+2", "group.a+2=")]
    [InlineData("eventwatcher-idle-group.a+zz", "group.a+zz=")]
    [InlineData("eventwatcher-idle-group.a+c3", "group.a+c3=")]
    [InlineData("eventwatcher-idle-group.+", "group.+=")]
    public void Escape_that_is_none_is_a_label_that_nobody_knows(string tags, string expected)
    {
        Assert.Equal(expected, Labels(tags));
    }

    [Theory]
    [InlineData("a;b", "b;a", true)]
    [InlineData("a;b", "a, b", true)]
    [InlineData(null, "", true)]
    [InlineData("a", "a;b", false)]
    [InlineData("a", null, false)]
    public void Order_of_tags_says_nothing(string? one, string? other, bool areSame)
    {
        Assert.Equal(areSame, GuestTags.AreSame(one, other));
    }

    private static string Labels(string tags)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        GuestTags.AddLabels(tags, labels);
        Assert.All(labels.Keys, static label => Assert.StartsWith("eventwatcher.idle.", label, StringComparison.Ordinal));
        return string.Join(' ', labels.Select(static label => $"{label.Key["eventwatcher.idle.".Length..]}={label.Value}"));
    }
}
