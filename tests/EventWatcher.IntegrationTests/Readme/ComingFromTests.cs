using System.Text.RegularExpressions;
using EventWatcher.Idle;
using EventWatcher.TestKit;

namespace EventWatcher.IntegrationTests;

/// <summary>What the README says to write instead compiles, and its labels are ones that are understood.</summary>
public sealed partial class ComingFromTests
{
    [Fact]
    public void Code_of_the_tables_is_compiled()
    {
        var compiled = File.ReadAllText(Path.Combine(ReadmeTests.Root(), "tests/EventWatcher.IntegrationTests/Readme/ComingFromSnippets.cs"));
        var codes = Cells().SelectMany(static cells => Codes(cells.Write)).Where(static code => code.StartsWith("new ", StringComparison.Ordinal) || code.StartsWith("e.", StringComparison.Ordinal)).ToList();

        Assert.True(codes.Count >= 8, $"There are {codes.Count}.");
        Assert.All(codes, code => Assert.Contains(code, compiled, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Labels_of_the_tables_are_understood()
    {
        await using var manager = await ManageAsync("eventwatcher.idle.", new IdleOptions(), static cells => cells.Write);

        Assert.Empty(manager.Faults);
        Assert.NotEmpty(manager.Watchers);
    }

    [Fact]
    public async Task Labels_of_GoDoxy_and_Sablier_are_understood_where_they_are_switched_on()
    {
        await using var godoxy = await ManageAsync("proxy.", new IdleOptions { ReadGoDoxyLabels = true }, static cells => cells.Have);
        await using var sablier = await ManageAsync("sablier.", new IdleOptions { ReadSablierLabels = true }, static cells => cells.Have);

        Assert.Empty(godoxy.Faults);
        Assert.NotEmpty(godoxy.Watchers);
        Assert.Empty(sablier.Faults);
        Assert.NotEmpty(sablier.Watchers);
    }

    /// <summary>A container with every such label of a column.</summary>
    private static async Task<IdleManager> ManageAsync(string prefix, IdleOptions options, Func<(string Have, string Write), string> column)
    {
        var labels = Cells()
            .SelectMany(cells => Codes(column(cells)))
            .Where(code => code.StartsWith(prefix, StringComparison.Ordinal))
            .Select(static code => code.Split('=', 2))
            .DistinctBy(static pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);
        Assert.NotEmpty(labels);
        var provider = new FakeContainerProvider();
        _ = provider.Add("db");
        _ = provider.Add("app", labels: labels);
        var manager = new IdleManager(provider, options);
        manager.Start();
        await manager.Ready.WaitAsync(Deadline.Generous);
        return manager;
    }

    private static List<(string Have, string Write)> Cells()
    {
        var text = File.ReadAllText(Path.Combine(ReadmeTests.Root(), "README.md")).ReplaceLineEndings("\n");
        var from = text.IndexOf("## You have this, write that\n", StringComparison.Ordinal);
        var section = text[from..text.IndexOf("\n## ", from + 1, StringComparison.Ordinal)];
        return [.. Row().Matches(section).Select(static row => (row.Groups["have"].Value, row.Groups["write"].Value))];
    }

    private static IEnumerable<string> Codes(string cell) => Code().Matches(cell).Select(static code => code.Groups["code"].Value);

    [GeneratedRegex(@"^\| (?<have>[^|]+) \| (?<write>[^|]+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Code();
}
