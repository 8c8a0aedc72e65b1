namespace EventWatcher.TestKit;

internal enum FakeProxmoxFaultKind
{
    Lost = 0,
    AnswerLost,
    CutBody,
    Silence,
    Answer,
}
