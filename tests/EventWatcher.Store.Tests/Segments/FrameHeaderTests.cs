using System.Numerics;
using System.Text;

namespace EventWatcher.Store.Tests;

public sealed class FrameHeaderTests
{
    [Fact]
    public void Seal_and_read_gives_the_same()
    {
        var (header, frame) = Sample();

        Assert.True(FrameHeader.TryRead(frame, out var read));
        Assert.Equal(header, read);
        Assert.True(FrameHeader.IsWhole(frame, 42, 1_024));
    }

    [Fact]
    public void IsWhole_elsewhere_is_false()
    {
        var (_, frame) = Sample();

        Assert.False(FrameHeader.IsWhole(frame, 43, 1_024));
        Assert.False(FrameHeader.IsWhole(frame, 42, 1_032));
    }

    [Fact]
    public void IsWhole_with_any_bit_flipped_is_false()
    {
        var (_, frame) = Sample();
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(FrameHeader.TryRead(frame, out _) && FrameHeader.IsWhole(frame, 42, 1_024), $"bit {bit}");
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Crc32C_of_the_standard_text_is_the_standard_value() =>
        Assert.Equal(0xE3069283u, Crc32C.End(Crc32C.Add(Crc32C.Start, Encoding.ASCII.GetBytes("123456789"))));

    [Fact]
    public void Crc32C_of_long_runs_is_that_of_one_byte_after_another()
    {
        var bytes = new byte[20_000];
        new Random(3).NextBytes(bytes);
        foreach (var length in (int[])[0, 7, 3_071, 3_072, 3_073, 3_080, 6_143, 6_144, 9_999, 20_000])
        {
            var expected = 12_345u;
            foreach (var single in bytes.AsSpan(0, length))
            {
                expected = BitOperations.Crc32C(expected, single);
            }

            Assert.Equal(expected, Crc32C.Add(12_345u, bytes.AsSpan(0, length)));
        }
    }

    private static (FrameHeader Header, byte[] Frame) Sample()
    {
        var header = new FrameHeader(72, 2, 3, 1_000_000_000_000, 512);
        var frame = new byte[72];
        frame.AsSpan(FrameHeader.Size).Fill(9);
        header.Seal(frame, 42, 1_024);
        return (header, frame);
    }
}
