namespace EventWatcher.Docker.Tests;

/// <summary>An answer other than success, with the engine's text.</summary>
internal sealed class EngineError(int status, string message) : Exception(message)
{
    public int Status => status;

    public static EngineError NotFound(string name, bool podman) =>
        new(404, podman
            ? $"no container with name or ID \"{name}\" found: no such container"
            : $"No such container: {name}");

    public static EngineError NotModified(string why) => new(304, why);

    public static EngineError Conflict(string why) => new(409, why);

    public static EngineError Invalid(string why) => new(400, why);
}
