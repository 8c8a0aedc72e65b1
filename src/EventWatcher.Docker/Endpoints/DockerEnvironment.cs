namespace EventWatcher.Docker;

/// <summary>What the search for an endpoint looks at: variables and files.</summary>
internal class DockerEnvironment
{
    internal static DockerEnvironment Current { get; } = new();

    public virtual bool IsWindows => OperatingSystem.IsWindows();

    public virtual string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    public virtual string? GetVariable(string name) => Environment.GetEnvironmentVariable(name);

    /// <summary>Tells whether there is a file, or a socket.</summary>
    public virtual bool Exists(string path) => File.Exists(path);

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public virtual string Read(string path) => File.ReadAllText(path);

    /// <summary>Returns a variable's value; null where it is not set or empty.</summary>
    internal string? this[string name] => GetVariable(name) is { Length: > 0 } value ? value : null;
}
