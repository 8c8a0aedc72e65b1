namespace EventWatcher.Proxmox;

/// <summary>Reads what a task ended with.</summary>
internal static class ProxmoxTaskOutcome
{
    /// <summary>Warnings are a success that somebody should look at.</summary>
    public static bool IsSuccess(string? outcome) => outcome is "OK" || outcome?.StartsWith("WARNINGS", StringComparison.Ordinal) == true;
}
