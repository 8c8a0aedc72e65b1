namespace EventWatcher.Docker;

/// <summary>One consumer of an engine's stream: its filters, its bounds, its view of the containers.</summary>
internal sealed class DockerSubscription(WatchWriter output, DockerFilters filters, SnapshotKeeper? snapshot)
{
    private bool _wasReady;

    public void SetReady()
    {
        output.SetReady();
        if (!_wasReady)
        {
            _wasReady = true;
            snapshot?.Request();
        }
    }

    public void SetInterrupted(Exception reason) => output.SetInterrupted(reason);

    public void ReportError(Exception error) => output.ReportError(error);

    public void ForceReload(Event item)
    {
        output.Emit(item);
        snapshot?.Request();
    }

    /// <summary>Never waits: what the consumer can't take is coalesced by the writer.</summary>
    public void Offer(DockerEvent item, Event mapped)
    {
        var isWanted = filters.Matches(item);
        if (snapshot is not null)
        {
            snapshot.Offer(mapped, isWanted);
        }
        else if (isWanted)
        {
            output.Emit(mapped);
        }
    }
}
