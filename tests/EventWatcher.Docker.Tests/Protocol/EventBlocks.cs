using System.Buffers.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>Encodes many events quickly: templates whose two times are overwritten in place.</summary>
internal sealed class EventBlocks
{
    /// <summary>Events in a block: large enough for few writes, small enough to stay off the large-object heap.</summary>
    public const int BlockSize = 200;

    // …"time":1234567890,"timeNano":1234567890123456789}
    private const int NanoFromEnd = 20;
    private const int SecondsFromEnd = NanoFromEnd + 12 + 10;

    private readonly FakeEvent[] _templates;

    public EventBlocks(string type, string action, int actors) =>
        _templates = [.. Enumerable.Range(0, actors).Select(i => new FakeEvent(
            type,
            action,
            FakeContainer.IdFor($"many-{i}"),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["image"] = "eventwatcher/busybox", ["name"] = $"many-{i}" },
            1_700_000_000_000_000_000))];

    /// <summary>The event at a position of the whole run, for the ring.</summary>
    public FakeEvent At(long index, long firstNano)
    {
        var t = _templates[index % _templates.Length];
        return new FakeEvent(t.Type, t.Action, t.Id, t.Attributes, firstNano + index);
    }

    /// <summary>The events [first, first + count) that the stream wants, each followed by its separator.</summary>
    public StreamItem Encode(LiveStream stream, long first, int count, long firstNano)
    {
        var length = 0;
        var events = 0;
        for (var i = first; i < first + count; i++)
        {
            var template = _templates[i % _templates.Length];
            if (stream.Wants(template))
            {
                length += template.Encode(stream.Legacy).Length + stream.Separator.Length;
                events++;
            }
        }

        var block = GC.AllocateUninitializedArray<byte>(length);
        var at = 0;
        for (var i = first; i < first + count; i++)
        {
            var template = _templates[i % _templates.Length];
            if (stream.Wants(template))
            {
                at += Write(block.AsSpan(at), template.Encode(stream.Legacy).Span, stream.Separator, firstNano + i);
            }
        }

        return new StreamItem(block, events, Separated: false);
    }

    private static int Write(Span<byte> to, ReadOnlySpan<byte> template, ReadOnlySpan<byte> separator, long nano)
    {
        template.CopyTo(to);
        Utf8Formatter.TryFormat(nano, to[(template.Length - NanoFromEnd)..], out _);
        Utf8Formatter.TryFormat(nano / 1_000_000_000, to[(template.Length - SecondsFromEnd)..], out _);
        separator.CopyTo(to[template.Length..]);
        return template.Length + separator.Length;
    }
}
