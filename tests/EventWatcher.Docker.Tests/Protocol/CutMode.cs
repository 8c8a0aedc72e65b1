namespace EventWatcher.Docker.Tests;

/// <summary>How a connection ends.</summary>
internal enum CutMode
{
    /// <summary>The response is completed (terminating chunk) and the connection stays usable: a routine end.</summary>
    Clean,

    /// <summary>The connection is closed (FIN) without the terminating chunk.</summary>
    Close,

    /// <summary>A chunk is announced, part of it sent, and the connection closed.</summary>
    MidChunk,

    /// <summary>The connection is reset (RST on TCP); what the client has not read yet may be gone.</summary>
    Reset,
}
