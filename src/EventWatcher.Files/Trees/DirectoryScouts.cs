using System.Collections.Concurrent;

namespace EventWatcher.Files;

/// <summary>
/// Threads that visit the directories of a large tree when it is first looked at: a disk answers several questions in
/// the time of one. They end with the last directory.
/// </summary>
internal sealed class DirectoryScouts : IDisposable
{
    /// <summary>How many directories are on their way at a time.</summary>
    public const int MostAhead = 256;

    private const int Threads = 4;

    private readonly BlockingCollection<ScoutedDirectory> _toVisit = new(new ConcurrentStack<ScoutedDirectory>(), MostAhead);
    private readonly BlockingCollection<ScoutedDirectory> _visited = new(MostAhead);
    private readonly Action<ScoutedDirectory> _visit;
    private readonly List<Thread> _threads = [];
    private volatile bool _isEnded;

    /// <summary>Starts the threads.</summary>
    /// <param name="visit">What is done with a directory, on any of them.</param>
    public DirectoryScouts(Action<ScoutedDirectory> visit)
    {
        _visit = visit;
        for (var i = 0; i < Threads; i++)
        {
            var thread = new Thread(Work) { IsBackground = true, Name = "EventWatcher scan" };
            thread.UnsafeStart();
            _threads.Add(thread);
        }
    }

    /// <summary>Sends one out. Never more than <see cref="MostAhead"/> may be away.</summary>
    public void Send(ScoutedDirectory directory) => _toVisit.Add(directory);

    /// <summary>Waits for one that is back.</summary>
    public ScoutedDirectory Receive(CancellationToken cancellationToken) => _visited.Take(cancellationToken);

    public void Dispose()
    {
        _isEnded = true;
        _toVisit.CompleteAdding();
        _threads.ForEach(static thread => thread.Join());
        _toVisit.Dispose();
        _visited.Dispose();
    }

    private void Work()
    {
        foreach (var directory in _toVisit.GetConsumingEnumerable())
        {
            if (_isEnded)
            {
                return;
            }

            try
            {
                _visit(directory);
            }
            catch (Exception exception)
            {
                directory.Failure = exception;
            }

            _visited.Add(directory);
        }
    }
}
