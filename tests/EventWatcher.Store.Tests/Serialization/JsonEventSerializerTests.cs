using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EventWatcher.Store.Tests;

public sealed class JsonEventSerializerTests
{
    private readonly JsonEventSerializer _serializer = new JsonEventSerializer().RegisterType("thing", ThingJsonContext.Default.Thing);

    [Fact]
    public void Serialize_what_is_written_reads_back_as_a_new_instance()
    {
        var output = new ArrayBufferWriter<byte>();
        var thing = new Thing(7);

        _serializer.Serialize("thing", thing, output);

        Assert.Equal("""{"Number":7}""", Encoding.UTF8.GetString(output.WrittenSpan));
        var read = Assert.IsType<Thing>(_serializer.Deserialize("thing", output.WrittenMemory));
        Assert.Equal(thing, read);
        Assert.NotSame(thing, read);
    }

    [Fact]
    public void RegisterType_twice_is_refused()
    {
        Assert.True(_serializer.IsTypeRegistered("thing"));
        Assert.False(_serializer.IsTypeRegistered("Thing"));

        var exception = Assert.Throws<ArgumentException>(() => _serializer.RegisterType("thing", ThingJsonContext.Default.Thing));

        Assert.Contains("\"thing\" is registered already", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Serialize_what_it_does_not_know_is_refused()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.Throws<NotSupportedException>(() => _serializer.Serialize("other", new Thing(1), output));
        Assert.Throws<ArgumentException>(() => _serializer.Serialize("thing", "text", output));
        Assert.Throws<NotSupportedException>(() => _serializer.Deserialize("other", "{}"u8.ToArray()));
        Assert.ThrowsAny<JsonException>(() => _serializer.Deserialize("thing", "null"u8.ToArray()));
        Assert.ThrowsAny<JsonException>(() => _serializer.Deserialize("thing", "[]"u8.ToArray()));
        Assert.ThrowsAny<JsonException>(() => _serializer.Deserialize("thing", default));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Serialize_after_a_failure_and_from_many_threads_writes_whole_objects()
    {
        Assert.ThrowsAny<Exception>(() => _serializer.Serialize("thing", new Thing(1), new BrokenWriter()));

        Parallel.For(0, 10_000, number =>
        {
            var output = new ArrayBufferWriter<byte>();
            _serializer.Serialize("thing", new Thing(number), output);
            Assert.Equal(new Thing(number), _serializer.Deserialize("thing", output.WrittenMemory));
        });
    }

    private sealed class BrokenWriter : IBufferWriter<byte>
    {
        public void Advance(int count) => throw new InvalidOperationException("broken");

        public Memory<byte> GetMemory(int sizeHint = 0) => new byte[Math.Max(sizeHint, 1_024)];

        public Span<byte> GetSpan(int sizeHint = 0) => new byte[Math.Max(sizeHint, 1_024)];
    }
}
