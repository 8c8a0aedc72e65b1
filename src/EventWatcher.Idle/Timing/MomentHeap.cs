using System.Runtime.InteropServices;

namespace EventWatcher.Idle;

/// <summary>Moments, the earliest first, at most one for each target. Used under a lock.</summary>
/// <remarks>A binary heap in which each target knows its place, so that its moment can be moved and taken out.</remarks>
internal sealed class MomentHeap
{
    private readonly List<Moment> _moments = [];

    public int Count => _moments.Count;

    public Moment? First => _moments.Count > 0 ? _moments[0] : null;

    /// <summary>Adds a moment; of two of one target the earlier stays.</summary>
    public void Add(ITimed target, long timestamp)
    {
        var place = target.PlaceInTimer - 1;
        if (place < 0)
        {
            place = _moments.Count;
            _moments.Add(new Moment(target, timestamp));
        }
        else if (timestamp >= _moments[place].Timestamp)
        {
            return;
        }

        Rise(new Moment(target, timestamp), place);
    }

    public void Remove(ITimed target)
    {
        var place = target.PlaceInTimer - 1;
        if (place < 0)
        {
            return;
        }

        target.PlaceInTimer = 0;
        var last = _moments[^1];
        _moments.RemoveAt(_moments.Count - 1);
        if (place < _moments.Count)
        {
            // It came from another branch, perhaps, and may belong above or below.
            Rise(last, Sink(last, place));
        }
    }

    public void Clear()
    {
        _moments.ForEach(static moment => moment.Target.PlaceInTimer = 0);
        _moments.Clear();
    }

    private void Rise(Moment moment, int place)
    {
        while (place > 0 && _moments[(place - 1) / 2] is var above && above.Timestamp > moment.Timestamp)
        {
            Put(above, place);
            place = (place - 1) / 2;
        }

        Put(moment, place);
    }

    private int Sink(Moment moment, int place)
    {
        while ((place * 2) + 1 < _moments.Count)
        {
            var below = (place * 2) + 1;
            if (below + 1 < _moments.Count && _moments[below + 1].Timestamp < _moments[below].Timestamp)
            {
                below++;
            }

            if (_moments[below].Timestamp >= moment.Timestamp)
            {
                break;
            }

            Put(_moments[below], place);
            place = below;
        }

        return place;
    }

    private void Put(Moment moment, int place)
    {
        _moments[place] = moment;
        moment.Target.PlaceInTimer = place + 1;
    }

    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Moment(ITimed Target, long Timestamp);
}
