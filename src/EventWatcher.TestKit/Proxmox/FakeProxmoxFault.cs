namespace EventWatcher.TestKit;

/// <summary>Something that goes wrong with a request to a <see cref="FakeProxmox"/>.</summary>
public sealed class FakeProxmoxFault
{
    private FakeProxmoxFault(FakeProxmoxFaultKind kind, int status = 0, string reason = "", string body = "")
    {
        Kind = kind;
        Status = status;
        Reason = reason;
        Body = body;
    }

    /// <summary>Gets the fault: the connection is closed without an answer, and nothing was done.</summary>
    public static FakeProxmoxFault Lost { get; } = new(FakeProxmoxFaultKind.Lost);

    /// <summary>Gets the fault: what was asked for is done, and the connection closed without an answer.</summary>
    public static FakeProxmoxFault AnswerLost { get; } = new(FakeProxmoxFaultKind.AnswerLost);

    /// <summary>Gets the fault: the connection is closed in the middle of the answer's body.</summary>
    public static FakeProxmoxFault CutBody { get; } = new(FakeProxmoxFaultKind.CutBody);

    /// <summary>Gets the fault: there is never an answer.</summary>
    public static FakeProxmoxFault Silence { get; } = new(FakeProxmoxFaultKind.Silence);

    internal FakeProxmoxFaultKind Kind { get; }

    internal int Status { get; }

    internal string Reason { get; }

    internal string Body { get; }

    /// <summary>Makes the fault: another answer than the right one.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="reason">Its reason phrase.</param>
    /// <param name="body">Its body.</param>
    /// <returns>The fault.</returns>
    public static FakeProxmoxFault Answer(int status, string reason, string body = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentNullException.ThrowIfNull(body);
        return new(FakeProxmoxFaultKind.Answer, status, reason, body);
    }
}
