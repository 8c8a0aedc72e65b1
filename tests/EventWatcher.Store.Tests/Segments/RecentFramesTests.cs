namespace EventWatcher.Store.Tests;

public sealed class RecentFramesTests
{
    [Fact]
    public void Copy_of_what_was_added_gives_the_frames_that_are_left()
    {
        var random = new Random(7);
        var recent = new RecentFrames(4_096);
        var frames = new List<(FrameHeader Header, byte[] Bytes)>();
        var next = 1L;
        for (var i = 0; i < 2_000; i++)
        {
            var length = FrameHeader.Align(FrameHeader.Size + random.Next(0, 900));
            var header = new FrameHeader(length, random.Next(1, 4), 1, next, 64);
            var bytes = new byte[length];
            random.NextBytes(bytes);
            header.Seal(bytes, 1, 64);
            recent.Add(header, bytes);
            frames.Add((header, bytes));
            next = header.Next;

            var wanted = random.NextInt64(Math.Max(1, next - 20), next);
            var buffer = new byte[2_000];
            var count = recent.Copy(wanted, ref buffer);
            if (count == 0)
            {
                // Too old: what lies behind it takes nearly the whole ring.
                Assert.True(frames.Where(frame => frame.Header.Next > wanted).Sum(static frame => frame.Bytes.Length) > 4_096 - 2_000, $"event {wanted} of {next - 1} is not there");
                continue;
            }

            var at = frames.FindIndex(frame => frame.Header.Next > wanted);
            for (var copied = buffer.AsSpan(0, count); copied.Length > 0; copied = copied[frames[at - 1].Bytes.Length..])
            {
                Assert.True(copied.StartsWith(frames[at++].Bytes), $"the frame behind event {wanted} is another one");
            }
        }
    }

    [Fact]
    public void Add_of_a_frame_that_is_too_large_ends_what_was_there()
    {
        var recent = new RecentFrames(4_096);
        var buffer = new byte[100];
        Add(1, 80);
        Assert.Equal(80, recent.Copy(1, ref buffer));

        Add(2, 2_000);
        Assert.Equal(0, recent.Copy(1, ref buffer));
        Assert.Equal(0, recent.Copy(2, ref buffer));
        Add(3, 80);
        Assert.Equal(80, recent.Copy(3, ref buffer));
        Assert.Equal(0, recent.Copy(2, ref buffer));

        void Add(long first, int length)
        {
            var header = new FrameHeader(length, 1, 1, first, 64);
            var bytes = new byte[length];
            header.Seal(bytes, 1, 64);
            recent.Add(header, bytes);
        }
    }

    [Fact]
    public void Copy_with_a_buffer_that_is_too_small_makes_it_larger()
    {
        var recent = new RecentFrames(65_536);
        var header = new FrameHeader(8_000, 1, 1, 1, 64);
        var bytes = new byte[8_000];
        header.Seal(bytes, 1, 64);
        recent.Add(header, bytes);
        var buffer = new byte[10];

        Assert.Equal(8_000, recent.Copy(1, ref buffer));
        Assert.Equal(bytes, buffer);
    }

    [Fact]
    public void Add_of_large_frames_that_nobody_asks_for_keeps_them_no_more_until_somebody_does()
    {
        const int Length = 64 * 1024;
        var recent = new RecentFrames(8 * Length);
        var bytes = new byte[Length];
        var buffer = new byte[Length];
        long next = 1;
        Add(8);
        Assert.Equal(Length, recent.Copy(1, ref buffer));

        Add(8);
        Assert.Equal(Length, recent.Copy(next - 1, ref buffer));

        Add(9);
        Assert.Equal(0, recent.Copy(next - 1, ref buffer));

        Add(1);
        Assert.Equal(Length, recent.Copy(next - 1, ref buffer));
        Assert.Equal(0, recent.Copy(next - 2, ref buffer));

        void Add(int count)
        {
            for (; count > 0; count--)
            {
                recent.Add(new FrameHeader(Length, 1, 1, next++, 64), bytes);
            }
        }
    }

    [Fact]
    public void Add_without_room_keeps_nothing()
    {
        var recent = new RecentFrames(0);
        var header = new FrameHeader(48, 1, 1, 1, 64);
        recent.Add(header, new byte[48]);
        var buffer = new byte[100];

        Assert.Equal(0, recent.Copy(1, ref buffer));
    }
}
