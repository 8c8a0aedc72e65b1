namespace EventWatcher.Store;

/// <summary>Reads everything in a store's directory, and goes on where something is wrong.</summary>
internal sealed class DirectoryInspector(IStorage storage, CancellationToken cancellationToken)
{
    private readonly List<EventStoreDamagedException> _damage = [];
    private readonly List<TailCut> _tails = [];
    private readonly List<SegmentDescription> _segments = [];

    public EventStoreDescription Inspect(string? holder)
    {
        var state = ReadJournal();
        var heads = ReadHeads();
        for (var i = 0; i < heads.Count; i++)
        {
            try
            {
                ReadSegment(heads[i], i + 1 < heads.Count ? heads[i + 1] : null);
            }
            catch (FileNotFoundException)
            {
                // Collected meanwhile.
            }
        }

        var latest = _segments is [.., var end] ? end.Sequences.Last : 0;
        return new EventStoreDescription
        {
            Path = storage.Name,
            Holder = holder,
            Readable = new SequenceRange(Math.Min(Math.Max(state.Horizon, heads is [var oldest, ..] ? oldest.First : 1), latest + 1), latest),
            Horizon = state.Horizon,
            Segments = _segments,
            Checkpoints = [.. state.Checkpoints.Values.Select(checkpoint =>
                new CheckpointDescription(checkpoint, Math.Max(0, latest - checkpoint.SequenceNumber)))],
            Tails = _tails,
            Damage = _damage,
        };
    }

    private JournalState ReadJournal()
    {
        try
        {
            var (state, tail) = CheckpointJournal.ReadOnly(storage);
            if (tail is not null)
            {
                _tails.Add(tail);
            }

            return state;
        }
        catch (EventStoreDamagedException damage)
        {
            _damage.Add(damage);
            return new JournalState();
        }
        catch (FileNotFoundException missing)
        {
            throw new EventStoreException($"There is no event store in {storage.Name}.", innerException: missing);
        }
    }

    private List<Segment> ReadHeads()
    {
        var heads = new List<Segment>();
        foreach (var name in storage.List().Order(StringComparer.Ordinal))
        {
            if (!Segment.TryParseName(name, out var first))
            {
                continue;
            }

            try
            {
                heads.Add(LogOpening.ReadHead(storage, name, first));
            }
            catch (EventStoreDamagedException damage)
            {
                _damage.Add(damage);
            }
            catch (FileNotFoundException)
            {
                // Collected meanwhile.
            }
        }

        return heads;
    }

    private void ReadSegment(Segment segment, Segment? next)
    {
        var path = Path.Combine(storage.Name, segment.FileName);
        using var file = storage.Open(segment.FileName, isWritable: false);
        long used = FileHeader.Size;
        var last = segment.First - 1;
        EventStoreDamagedException? damage = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = FrameRecovery.Read(file, path, segment.Header, (offset, frame, _) =>
            {
                used = offset + frame.Length;
                last = frame.Next - 1;
            });
            if (next is null)
            {
                if (FileMending.TailCutOf(file, path, found) is { } tail)
                {
                    _tails.Add(tail);
                }
            }
            else if (last != next.First - 1 || found.TailLength > 0)
            {
                damage = new EventStoreDamagedException(
                    path, found.End, new SequenceRange(last + 1, next.First - 1), found.Fault.Length > 0 ? found.Fault : "the file was cut short");
            }
        }
        catch (EventStoreDamagedException found)
        {
            damage = found;
        }

        if (damage is not null)
        {
            _damage.Add(damage);
        }

        _segments.Add(new SegmentDescription(segment.FileName, new SequenceRange(segment.First, last), file.Length, used, damage));
    }
}
