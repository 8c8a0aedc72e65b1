using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class DockerEventBufferTests
{
    private const string A = "{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"a\",\"Attributes\":{\"name\":\"a}{\\\"\\\\\"}},\"timeNano\":1}";
    private const string B = "{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"b\",\"Attributes\":{}},\"timeNano\":2}";
    private const string ShownA = "container start a 1 name=a}{\"\\";
    private const string ShownB = "container die b 2 ";

    public static TheoryData<string> Separators => ["\n", "\r\n", "", " ", "\n\n\n", " \t\r\n "];

    public static TheoryData<int> Sessions => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Separators))]
    public void Take_any_separator_and_any_piece_gives_every_event(string separator)
    {
        var text = A + separator + B + separator + B + separator + A;
        for (var piece = 1; piece <= text.Length; piece++)
        {
            Assert.Equal([ShownA, ShownB, ShownB, ShownA], Decode.All(text, piece));
        }
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void Take_recorded_session_split_at_every_byte_gives_the_same_events(int which)
    {
        RecordedSession[] sessions = [RecordedSession.Moby20, RecordedSession.Moby28, RecordedSession.Podman43];
        var lines = sessions[which].Lines;
        Assert.NotEmpty(lines);
        for (var i = 1; i < lines.Count; i++)
        {
            byte[] bytes = [.. lines[i - 1].Span, (byte)'\n', .. lines[i].Span, (byte)'\n'];
            var expected = new[] { lines[i - 1], lines[i] }.Select(line => Decode.Show(Decode.One(line.Span))).ToList();
            for (var split = 1; split < bytes.Length; split++)
            {
                var first = true;
                Assert.Equal(expected, Decode.All(bytes, () =>
                {
                    (var piece, first) = (first ? split : int.MaxValue, false);
                    return piece;
                }));
            }
        }
    }

    [Fact]
    public void Take_event_without_its_newline_is_there_at_once()
    {
        var buffer = new DockerEventBuffer("test");
        Append(buffer, A);

        Assert.Equal(ShownA, Decode.Show(buffer.Take()!));
        Assert.Null(buffer.Take());
        Assert.Equal(0, buffer.Incomplete);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("{\"Type\":\"container\",")]
    [InlineData("{\"Type\":\"container\",\"Action\":\"sta")]
    [InlineData("{\"Type\":}")]
    [InlineData("}}}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    [InlineData("{\"Actor\":{\"Attributes\":{]}}")]
    public void Take_malformed_line_costs_itself_only(string bad)
    {
        var text = A + "\n" + bad + "\n" + B + "\n";
        for (var piece = 1; piece <= text.Length; piece++)
        {
            var found = Decode.All(text, piece);
            Assert.Equal(3, found.Count);
            Assert.Equal(ShownA, found[0]);
            Assert.StartsWith($"fault {A.Length + 1} ", found[1], StringComparison.Ordinal);
            Assert.Equal(ShownB, found[2]);
        }
    }

    [Fact]
    public void Take_malformed_event_after_a_good_one_on_its_line_leaves_the_good_one() =>
        Assert.Equal([ShownA, $"fault {A.Length} 8", ShownB], Decode.All(A + "{\"Type\"}\n" + B));

    [Theory]
    [InlineData(1, "\n")]
    [InlineData(4096, "\n")]
    [InlineData(65536, "\n")]
    [InlineData(int.MaxValue, "\n")]
    [InlineData(1000, "\r\n")]
    public void Take_oversized_event_is_skipped_and_said(int piece, string separator)
    {
        var huge = Huge(DockerEventBuffer.MaxEventLength + 3_000_000);

        var found = Decode.All(A + separator + huge + separator + B, piece);

        Assert.Equal(3, found.Count);
        Assert.Equal(ShownA, found[0]);
        Assert.StartsWith($"fault {A.Length + separator.Length} ", found[1], StringComparison.Ordinal);
        Assert.Equal(ShownB, found[2]);
    }

    [Fact]
    public void Take_event_of_the_largest_size_is_delivered_and_one_byte_more_is_not()
    {
        foreach (var piece in new[] { 5000, int.MaxValue })
        {
            var largest = Decode.All(Huge(DockerEventBuffer.MaxEventLength) + "\n", piece);
            Assert.StartsWith("container start ", Assert.Single(largest), StringComparison.Ordinal);
            Assert.StartsWith("fault 0 ", Assert.Single(Decode.All(Huge(DockerEventBuffer.MaxEventLength + 1) + "\n", piece)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void GetMemory_oversized_event_keeps_the_buffer_bounded()
    {
        var buffer = new DockerEventBuffer("test");
        var faults = 0;
        var largest = 0;
        var piece = Encoding.UTF8.GetBytes(new string('x', 60_000));
        for (var i = 0; i < 500; i++)
        {
            largest = Math.Max(largest, buffer.GetMemory().Length + buffer.Incomplete);
            Append(buffer, piece);
            try
            {
                Assert.Null(buffer.Take());
            }
            catch (DockerEventFormatException)
            {
                faults++;
            }
        }

        Assert.Equal(1, faults);
        Assert.InRange(largest, 1, 4 * DockerEventBuffer.MaxEventLength);
        Assert.InRange(buffer.GetMemory().Length, 1, 128 << 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Take_random_events_and_damage_in_random_pieces_never_loses_a_good_line(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder();
            var expected = new List<string?>();
            for (var i = random.Next(1, 30); i > 0; i--)
            {
                var line = random.Next(2) == 0 ? A : B;
                if (random.Next(4) == 0)
                {
                    // Cut short, a line is never an event.
                    line = line[..random.Next(1, line.Length)];
                    expected.Add(item: null);
                }
                else
                {
                    expected.Add(line == A ? ShownA : ShownB);
                }

                text.Append(line).Append('\n');
            }

            var found = Decode.All(Encoding.UTF8.GetBytes(text.ToString()), () => random.Next(1, 200));
            Assert.True(
                expected.SequenceEqual(found.Select(line => line.StartsWith("fault", StringComparison.Ordinal) ? null : line)),
                $"seed {seed}, round {round}:\n{text}");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Take_random_bytes_never_throw_anything_else_and_end(int seed)
    {
        var random = new Random(seed);
        var alphabet = "{}[]\",:\\ \n\rtrue0123\u00e9Type"u8.ToArray();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = random.GetItems(alphabet, random.Next(1, 400));
            var whole = Decode.All(bytes, () => int.MaxValue);
            Assert.DoesNotContain("container", string.Concat(whole), StringComparison.Ordinal);
            Assert.True(whole.Count <= bytes.Length, $"seed {seed}, round {round}");
        }
    }

    private static string Huge(int length)
    {
        const string Head = "{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"Attributes\":{\"padding\":\"";
        const string Tail = "\"}}}";
        return Head + new string('x', length - Head.Length - Tail.Length) + Tail;
    }

    private static void Append(DockerEventBuffer buffer, string text) => Append(buffer, Encoding.UTF8.GetBytes(text));

    private static void Append(DockerEventBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var memory = buffer.GetMemory();
            var count = Math.Min(memory.Length, bytes.Length);
            bytes[..count].CopyTo(memory.Span);
            buffer.Advance(count);
            bytes = bytes[count..];
        }
    }
}
