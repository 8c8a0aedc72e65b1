namespace EventWatcher.Proxmox.Tests;

/// <summary>A request to the real daemons, and their answer.</summary>
internal sealed record RecordedExchange(
    string Name, string Method, string Path, string? Form, int Status, string Reason, IReadOnlyList<string> Connection, string? ContentType, string Body);
