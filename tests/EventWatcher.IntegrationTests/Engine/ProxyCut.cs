namespace EventWatcher.IntegrationTests;

/// <summary>How <see cref="CuttingProxy"/> ends a connection.</summary>
public enum ProxyCut
{
    /// <summary>At once and without a word: what was under way is lost. Over TCP the client sees a reset.</summary>
    Abort,

    /// <summary>What was read is passed on, then the connection is shut down: an end of file in mid-stream.</summary>
    Close,

    /// <summary>As <see cref="Close"/>, with the last chunk of a chunked body in front: the stream ends as HTTP wants it.</summary>
    EndOfBody,
}
