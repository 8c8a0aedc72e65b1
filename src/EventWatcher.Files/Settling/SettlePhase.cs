namespace EventWatcher.Files;

/// <summary>What is waited for before a name is decided.</summary>
internal enum SettlePhase : byte
{
    /// <summary>Quiet, for the settle time.</summary>
    Settling = 0,

    /// <summary>The close of a new file, or quiet: who created a name nobody knows is not waited for longer.</summary>
    Creating,

    /// <summary>The close of a file that is being written, or two seconds without a write.</summary>
    Writing,
}
