namespace EventWatcher.Docker.Tests;

/// <summary>Variables and files that are only in the test's mind.</summary>
internal sealed class FakeEnvironment : DockerEnvironment
{
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public bool Windows { get; init; }

    public override bool IsWindows => Windows;

    public override string Home => "/home/me";

    public override string? GetVariable(string name) => Variables.GetValueOrDefault(name);

    public override bool Exists(string path) => Files.ContainsKey(path);

    public override string Read(string path) => Files.TryGetValue(path, out var text) ? text : throw new FileNotFoundException($"No {path}.");
}
