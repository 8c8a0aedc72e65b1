namespace EventWatcher.Files;

/// <summary>Where a path leads at the moment.</summary>
/// <param name="Target">The path without links; null where it leads in a circle.</param>
/// <param name="Stamp">What is there.</param>
/// <param name="Steps">On what that depends.</param>
internal sealed record ResolvedPath(string? Target, FileStamp Stamp, IReadOnlyList<PathStep> Steps);
