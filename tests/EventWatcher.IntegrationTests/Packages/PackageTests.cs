using System.Text;
using System.Text.RegularExpressions;

namespace EventWatcher.IntegrationTests.Packages;

/// <summary>The packages: what they hold and need, and what a fresh application makes of them.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed partial class PackageTests(LocalFeed feed, DockerEngineFixture engine) : IClassFixture<LocalFeed>
{
    [Fact]
    public void Package_is_there_for_every_library_with_all_that_its_page_shows()
    {
        var packages = Packages("*.nupkg");

        Assert.Equal(Libraries(), packages.Select(static package => package.Id));
        Assert.All(packages, package =>
        {
            Assert.Equal(
                new[] { "README.md", "icon.png", $"{package.Id}.nuspec", $"lib/net10.0/{package.Id}.dll", $"lib/net10.0/{package.Id}.xml" }.Order(StringComparer.Ordinal),
                package.Files);
            Assert.Equal(("README.md", "icon.png"), (package["readme"], package["icon"]));
            Assert.InRange(package.Entries["icon.png"], 1, 15_000);
            Assert.Equal(("MIT", "expression"), (package["license"], package.Attribute("license", "type")));
            Assert.Equal(feed.Version, package["version"]);
            Assert.False(string.IsNullOrWhiteSpace(package["description"]) || string.IsNullOrWhiteSpace(package["tags"]));
            Assert.DoesNotContain(LocalFeed.Root(), package.Text, StringComparison.Ordinal);
        });
    }

    [SkippableFact]
    public void Package_says_of_which_commit_it_is()
    {
        Skip.IfNot(Path.Exists(Path.Combine(LocalFeed.Root(), ".git")), "These are sources without history.");

        Assert.All(Packages("*.nupkg"), static package =>
        {
            Assert.Equal("git", package.Attribute("repository", "type"));
            Assert.Matches(Commit(), package.Attribute("repository", "commit"));
        });
    }

    [Fact]
    public void Package_has_symbols_beside_it()
    {
        var symbols = Packages("*.snupkg");

        Assert.Equal(Libraries(), symbols.Select(static package => package.Id));
        Assert.All(symbols, static package => Assert.Contains($"lib/net10.0/{package.Id}.pdb", package.Files));
    }

    /// <summary>Whoever adds a dependency adds it to every application: a line more in that file is to be seen in review.</summary>
    [Fact]
    public void Package_needs_what_was_approved()
    {
        var text = new StringBuilder();
        foreach (var package in Packages("*.nupkg"))
        {
            text.Append(package.Id).Append('\n');
            foreach (var dependency in package.Dependencies)
            {
                text.Append("    ").Append(dependency.Replace(' ' + feed.Version, "", StringComparison.Ordinal)).Append('\n');
            }
        }

        Assert.Equal(
            File.ReadAllText(Path.Combine(LocalFeed.Root(), "tests/EventWatcher.IntegrationTests/Packages/Dependencies.approved.txt")).ReplaceLineEndings("\n"),
            text.ToString());
    }

    private static IEnumerable<string?> Libraries() =>
        Directory.EnumerateDirectories(Path.Combine(LocalFeed.Root(), "src"), "EventWatcher.*").Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private List<PackageFile> Packages(string pattern) =>
        [.. Directory.EnumerateFiles(feed.Feed, pattern).Select(static path => new PackageFile(path)).OrderBy(static package => package.Id, StringComparer.Ordinal)];

    [GeneratedRegex("^[0-9a-f]{40}$", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Commit();
}
