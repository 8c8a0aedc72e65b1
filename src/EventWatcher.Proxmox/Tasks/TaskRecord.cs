namespace EventWatcher.Proxmox;

/// <summary>What is known of a task. End is null while it runs, and where it ended unseen.</summary>
internal sealed record TaskRecord(ProxmoxUpid Upid, string User, bool IsRunning, string? Outcome, DateTimeOffset? End)
{
    /// <summary>Gets whether it has done what it was to do, or may yet.</summary>
    public bool IsRunningOrSucceeded => IsRunning || ProxmoxTaskOutcome.IsSuccess(Outcome);

    /// <summary>Gets when it last did something: its end, or its beginning.</summary>
    public DateTimeOffset Latest => End ?? Upid.Start;

    /// <summary>Reads a row of the cluster's or of a node's list; null where it is none.</summary>
    public static TaskRecord? Of(ProxmoxTaskEntry entry)
    {
        if (ProxmoxUpid.TryParse(entry.Upid) is not { } upid)
        {
            return null;
        }

        var user = entry.TokenId is { Length: > 0 } token ? $"{entry.User}!{token}" : entry.User ?? upid.User;
        var isRunning = entry.Status is null or "RUNNING" && entry.EndTime is null;
        DateTimeOffset? end = !isRunning && entry.EndTime is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(entry.EndTime.Value) : null;
        return new TaskRecord(upid, user, isRunning, entry.Status, end);
    }
}
