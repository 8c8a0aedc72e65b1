namespace EventWatcher.Docker.Tests;

/// <content>Events that no container operation causes.</content>
internal sealed partial class FakeEngine
{
    /// <summary>Appends an event to the ring and publishes it; blocks like the engine while a stream has no room.</summary>
    public FakeEvent Emit(string type, string action, string id, IReadOnlyDictionary<string, string>? attributes = null, long? timeNano = null)
    {
        var e = Append(type, action, id, attributes, timeNano);
        PublishAsync(e).AsTask().GetAwaiter().GetResult();
        return e;
    }

    /// <summary>A container event with a name and the image, ID made from the name.</summary>
    public FakeEvent Emit(string action, string name = "c1", long? timeNano = null) =>
        Emit("container", action, FakeContainer.IdFor(name), Attributes(name), timeNano);

    public async ValueTask EmitAsync(FakeEvent e)
    {
        _store.Append(e);
        await PublishAsync(e);
    }

    /// <summary>The first of the engine's two steps: the event is in the ring, and no live stream has it yet.</summary>
    public FakeEvent Append(string type, string action, string id, IReadOnlyDictionary<string, string>? attributes = null, long? timeNano = null)
    {
        var e = new FakeEvent(type, action, id, attributes ?? new Dictionary<string, string>(StringComparer.Ordinal), timeNano ?? Clock.NextNano());
        _store.Append(e);
        return e;
    }

    public FakeEvent Append(string action, string name = "c1", long? timeNano = null) =>
        Append("container", action, FakeContainer.IdFor(name), Attributes(name), timeNano);

    /// <summary>The second step: to the live streams. Publishing in another order than appending is what busy engines do.</summary>
    public ValueTask PublishAsync(FakeEvent e) => _store.PublishAsync(e);

    /// <summary>An event of at least so many bytes.</summary>
    public FakeEvent EmitHuge(int bytes, string action = "start", string name = "huge") =>
        Emit("container", action, FakeContainer.IdFor(name), new Dictionary<string, string>(Attributes(name), StringComparer.Ordinal) { ["padding"] = new('x', bytes) });

    /// <summary>
    /// Emits container events <c>many-0</c> … <c>many-(actors - 1)</c> in turn, with consecutive times, at several million
    /// a second. Unlike <see cref="Emit(string, string, long?)"/> it waits for streams without room and drops nothing.
    /// Faults of single events do not apply. The last 256 are in the ring. Returns the first event's time.
    /// </summary>
    public async Task<long> EmitManyAsync(long count, string action = "start", int actors = 100, CancellationToken cancellationToken = default)
    {
        var blocks = new EventBlocks("container", action, actors);
        var firstNano = Clock.NextNano();
        for (long first = 0; first < count; first += EventBlocks.BlockSize)
        {
            var size = (int)Math.Min(EventBlocks.BlockSize, count - first);
            for (var i = Math.Max(first, count - EventStore.RingSize); i < first + size; i++)
            {
                _store.Append(blocks.At(i, firstNano));
            }

            foreach (var stream in _store.Streams)
            {
                var item = blocks.Encode(stream, first, size, firstNano);
                if (item.Events > 0)
                {
                    await stream.PostAsync(item, Timeout.InfiniteTimeSpan, _options.TimeProvider, cancellationToken);
                }
            }

            _store.CountPublished(size);
        }

        return firstNano;
    }

    /// <summary>Sends a prepared block over and over to the live streams, past the ring: the fastest feed there is.</summary>
    public async Task EmitPreparedAsync(ReadOnlyMemory<byte> block, int times, CancellationToken cancellationToken = default)
    {
        var item = new StreamItem(block, EventBlocks.BlockSize, Separated: false);
        for (var i = 0; i < times; i++)
        {
            foreach (var stream in _store.Streams)
            {
                await stream.PostAsync(item, Timeout.InfiniteTimeSpan, _options.TimeProvider, cancellationToken);
            }
        }
    }

    /// <summary>Puts any bytes at all, as one chunk, into the live streams, past ring, filters and separators.</summary>
    public void EmitRaw(ReadOnlySpan<byte> bytes)
    {
        var item = new StreamItem(bytes.ToArray(), 0, Separated: false);
        foreach (var stream in _store.Streams)
        {
            stream.Force(item);
        }
    }

    /// <summary>Emits lines as an engine once sent them, byte by byte the same.</summary>
    public async Task ReplayAsync(RecordedSession session)
    {
        foreach (var line in session.Lines)
        {
            await EmitAsync(FakeEvent.Parse(line.Span));
        }
    }

    /// <summary>Fills the ring so that nothing older is left in it.</summary>
    public void WrapRing(string type = "network")
    {
        for (var i = 0; i < EventStore.RingSize; i++)
        {
            Emit(type, "connect", FakeContainer.IdFor("net"));
        }
    }

    private Dictionary<string, string> Attributes(string name) =>
        new(StringComparer.Ordinal) { ["image"] = "eventwatcher/busybox", ["name"] = name };
}
