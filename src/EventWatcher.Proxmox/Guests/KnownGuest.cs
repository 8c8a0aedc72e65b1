namespace EventWatcher.Proxmox;

/// <summary>What is known of a guest: its confirmed state, and what the list of resources has said lately.</summary>
internal sealed class KnownGuest(GuestId id)
{
    public GuestId Id { get; } = id;

    public string Node { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Gets or sets the confirmed tags.</summary>
    public string Tags { get; set; } = "";

    /// <summary>Gets or sets the tags that the list showed last.</summary>
    public string RowTags { get; set; } = "";

    public string Pool { get; set; } = "";

    public GuestState State { get; set; }

    /// <summary>Gets or sets the process; null where only the list has spoken of it.</summary>
    public long? Pid { get; set; }

    /// <summary>Gets or sets when it was started, by the server's clock.</summary>
    public DateTimeOffset? Boot { get; set; }

    /// <summary>Gets or sets how long it had run, in seconds, when that was last known; null where nobody said.</summary>
    public long? Uptime { get; set; }

    /// <summary>Gets or sets when that was, by our clock.</summary>
    public DateTimeOffset UptimeAt { get; set; }

    /// <summary>Gets or sets when it was last known to run, by the server's clock.</summary>
    public DateTimeOffset LastRunning { get; set; }

    /// <summary>Gets or sets when it was last confirmed, by our clock.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>Gets or sets what the list said when it was confirmed.</summary>
    public GuestState RowAtConfirmation { get; set; }

    public GuestState Row { get; set; }

    /// <summary>Gets or sets whether the list ever said what it is doing.</summary>
    public bool WasHeard { get; set; }

    /// <summary>Gets or sets whether its node was silent since it was confirmed.</summary>
    public bool WasSilent { get; set; }

    public long RowUptime { get; set; }

    /// <summary>Gets or sets how long the list's old tune is not listened to.</summary>
    public TimeSpan Patience { get; set; }

    /// <summary>Gets or sets how many complete lists in a row have lacked it.</summary>
    public int Absences { get; set; }

    /// <summary>Gets or sets whether we may no longer see it.</summary>
    public bool IsHidden { get; set; }

    /// <summary>Gets or sets whether a confirmation failed and is to be made up for.</summary>
    public bool IsDoubtful { get; set; }
}
