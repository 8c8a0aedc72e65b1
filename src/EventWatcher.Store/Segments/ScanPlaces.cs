namespace EventWatcher.Store;

/// <summary>
/// Where the latest scans stopped within large frames: whoever goes on there, a few events at a time, doesn't have the
/// whole frame read and checked each time. Safe from any thread; what has no place is looked for anew.
/// </summary>
internal sealed class ScanPlaces
{
    private const int Count = 64;

    private readonly ScanPlace?[] _places = new ScanPlace?[Count];

    public ScanPlace? Find(long number, long segmentFirst) =>
        Volatile.Read(ref _places[number % Count]) is { } place && place.Number == number && place.SegmentFirst == segmentFirst ? place : null;

    public void Add(ScanPlace place) => Volatile.Write(ref _places[place.Number % Count], place);
}
