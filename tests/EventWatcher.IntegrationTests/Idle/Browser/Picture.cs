namespace EventWatcher.IntegrationTests;

/// <summary>A picture of the loading page.</summary>
internal sealed record Picture(string Name, byte[] Bytes);
