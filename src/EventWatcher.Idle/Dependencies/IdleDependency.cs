using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Idle;

/// <summary>That a container needs another one.</summary>
/// <param name="Name">The name of the other one.</param>
/// <param name="Condition">What must be so of it first.</param>
public sealed record IdleDependency(string Name, DependencyCondition Condition)
{
    internal const string Allowed = "a container's name, then nothing, :started, :healthy or :completed";

    /// <summary>Reads <c>name</c>, <c>name:started</c>, <c>name:healthy</c> or <c>name:completed</c>; without a word it is <c>started</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="dependency">What it says.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IdleDependency? dependency)
    {
        dependency = null;
        var trimmed = text?.Trim() ?? "";
        var colon = trimmed.LastIndexOf(':');
        var name = colon < 0 ? trimmed : trimmed[..colon].TrimEnd();
        DependencyCondition? condition = colon < 0 ? DependencyCondition.Started : trimmed[(colon + 1)..].Trim() switch
        {
            "started" or "service_started" => DependencyCondition.Started,
            "healthy" or "service_healthy" => DependencyCondition.Healthy,
            "completed" or "service_completed_successfully" => DependencyCondition.Completed,
            _ => null,
        };
        if (name.Length == 0 || name.Contains(':', StringComparison.Ordinal) || condition is null)
        {
            return false;
        }

        dependency = new IdleDependency(name, condition.Value);
        return true;
    }

    /// <summary>Returns the form that <see cref="TryParse"/> reads.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}:{Condition switch
    {
        DependencyCondition.Healthy => "healthy",
        DependencyCondition.Completed => "completed",
        _ => "started",
    }}";
}
