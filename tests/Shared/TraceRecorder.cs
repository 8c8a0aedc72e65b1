using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventWatcher.Tests.Shared;

/// <summary>Remembers the activities of one source that ended while it listened.</summary>
internal sealed class TraceRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public TraceRecorder(string source)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = candidate => string.Equals(candidate.Name, source, StringComparison.Ordinal),
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those with this tag, as "name" or "name!" where it failed.</summary>
    public IReadOnlyList<string> WordsWhere(string tag, string value) =>
    [
        .. _ended
            .Where(activity => string.Equals(activity.GetTagItem(tag) as string, value, StringComparison.Ordinal))
            .Select(activity => activity.OperationName + (activity.Status == ActivityStatusCode.Error ? "!" : "")),
    ];

    public void Dispose() => _listener.Dispose();
}
