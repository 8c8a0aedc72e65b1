using System.IO.Compression;
using System.Xml.Linq;

namespace EventWatcher.IntegrationTests.Packages;

/// <summary>A package: what is in it, and what it says of itself.</summary>
internal sealed class PackageFile
{
    private readonly XElement _metadata;

    public PackageFile(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        Entries = archive.Entries.ToDictionary(static entry => entry.FullName, static entry => entry.Length, StringComparer.Ordinal);
        using var nuspec = archive.Entries.Single(static entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        Text = _metadata.ToString();
        Id = this["id"]!;
        Files = [.. Entries.Keys.Where(static name => !name.StartsWith("_rels/", StringComparison.Ordinal)
            && !name.StartsWith("package/", StringComparison.Ordinal)
            && name is not "[Content_Types].xml").Order(StringComparer.Ordinal)];
    }

    public string Id { get; }

    /// <summary>Gets the whole nuspec.</summary>
    public string Text { get; }

    /// <summary>Gets the sizes of all entries.</summary>
    public IReadOnlyDictionary<string, long> Entries { get; }

    /// <summary>Gets the entries without those of the format itself.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Gets the dependencies and frameworks as lines, in order.</summary>
    public IEnumerable<string> Dependencies => Named("dependency").Select(static dependency => $"{dependency.Attribute("id")!.Value} {dependency.Attribute("version")!.Value}")
        .Concat(Named("frameworkReference").Select(static framework => $"framework {framework.Attribute("name")!.Value}"));

    /// <summary>Gets an element's text; null where there is none.</summary>
    public string? this[string name] => Named(name).SingleOrDefault()?.Value;

    public string? Attribute(string element, string name) => Named(element).SingleOrDefault()?.Attribute(name)?.Value;

    private IEnumerable<XElement> Named(string name) => _metadata.Descendants().Where(element => element.Name.LocalName == name);
}
