namespace EventWatcher.Idle.AspNetCore;

/// <summary>One of the containers that a loading page tells of.</summary>
/// <param name="Name">Its name. Not escaped.</param>
/// <param name="IsDone">Whether it is as it is needed.</param>
public readonly record struct LoadingStep(string Name, bool IsDone);
