using System.Numerics;

namespace EventWatcher.Core.Tests;

public sealed class EventActionTests
{
    public static TheoryData<EventAction, string> Words => new()
    {
        { EventAction.None, "none" },
        { EventAction.ContainerCreate, "create" },
        { EventAction.ContainerStart, "start" },
        { EventAction.ContainerUnpause, "unpause" },
        { EventAction.ContainerKill, "kill" },
        { EventAction.ContainerStop, "stop" },
        { EventAction.ContainerPause, "pause" },
        { EventAction.ContainerDie, "die" },
        { EventAction.ContainerDestroy, "destroy" },
        { EventAction.ForceReload, "force-reload" },
        { EventAction.FileWritten, "written" },
        { EventAction.FileCreated, "created" },
        { EventAction.FileDeleted, "deleted" },
        { EventAction.FileRenamed, "renamed" },
        { EventAction.ContainerRestart, "restart" },
        { EventAction.ContainerRename, "rename" },
        { EventAction.ContainerOom, "oom" },
        { EventAction.ContainerHealthy, "healthy" },
        { EventAction.ContainerUnhealthy, "unhealthy" },
        { EventAction.ContainerUpdate, "update" },
        { EventAction.Custom(0), "custom-0" },
        { EventAction.Custom(31), "custom-31" },
        { (EventAction)(1UL << 8), "bit-8" },
        { (EventAction)(1UL << 31), "bit-31" },
        { EventAction.ContainerStartMask, "create|start|unpause" },
        { EventAction.ForceReload | EventAction.FileWritten, "force-reload|written" },
    };

    [Fact]
    public void Members_single_actions_have_a_bit_each()
    {
        var single = Enum.GetValues<EventAction>().Where(static action => BitOperations.PopCount((ulong)action) == 1).ToArray();

        // ContainerPauseMask is the group of one that shares its value.
        Assert.Equal(19, single.Distinct().Count());
        Assert.Equal(20, single.Length);
        Assert.Equal(19, BitOperations.PopCount(single.Aggregate(0UL, static (all, action) => all | (ulong)action)));
    }

    [Theory]
    [InlineData(EventAction.ContainerCreate, 0)]
    [InlineData(EventAction.ContainerStart, 1)]
    [InlineData(EventAction.ContainerUnpause, 2)]
    [InlineData(EventAction.ContainerKill, 3)]
    [InlineData(EventAction.ContainerStop, 4)]
    [InlineData(EventAction.ContainerPause, 5)]
    [InlineData(EventAction.ContainerDie, 6)]
    [InlineData(EventAction.ContainerDestroy, 7)]
    [InlineData(EventAction.ForceReload, 10)]
    [InlineData(EventAction.FileWritten, 12)]
    [InlineData(EventAction.FileCreated, 13)]
    [InlineData(EventAction.FileDeleted, 14)]
    [InlineData(EventAction.FileRenamed, 15)]
    [InlineData(EventAction.ContainerRestart, 16)]
    [InlineData(EventAction.ContainerUpdate, 21)]
    public void Members_keep_their_documented_bits(EventAction action, int bit) => Assert.Equal(1UL << bit, (ulong)action);

    [Fact]
    public void Masks_share_no_bit_and_leave_destroy_and_files_out_of_the_groups()
    {
        EventAction[] groups = [EventAction.ContainerStartMask, EventAction.ContainerStopMask, EventAction.ContainerPauseMask];

        Assert.Equal(EventAction.None, EventAction.ContainerMask & EventAction.FileMask);
        Assert.All(groups, static group => Assert.Equal(EventAction.None, group & EventAction.ContainerDestroy));
        Assert.All(groups, static group => Assert.Equal(group, group & EventAction.ContainerMask));
        Assert.Equal(EventAction.None, (EventAction.ContainerMask | EventAction.FileMask) & EventAction.ForceReload);
        Assert.Equal(EventAction.None, EventAction.ContainerStartMask & EventAction.ContainerStopMask);
    }

    [Fact]
    public void Groups_on_every_pair_of_bits_say_what_the_masks_say()
    {
        for (var one = 0; one < 64; one++)
        {
            for (var other = 0; other < 64; other++)
            {
                var action = (EventAction)((1UL << one) | (1UL << other));
                Assert.Equal(one is 0 or 1 or 2 || other is 0 or 1 or 2, action.IsContainerStart);
                Assert.Equal(one is 3 or 4 or 6 || other is 3 or 4 or 6, action.IsContainerStop);
                Assert.Equal(one == 5 || other == 5, action.IsContainerPause);
                Assert.Equal(IsContainerBit(one) || IsContainerBit(other), action.IsContainer);
                Assert.Equal(one is >= 12 and <= 15 || other is >= 12 and <= 15, action.IsFile);
                Assert.Equal(one == 10 || other == 10, action.IsForceReload);
            }
        }

        static bool IsContainerBit(int bit) => bit is (>= 0 and <= 7) or (>= 16 and <= 21);
    }

    [Fact]
    public void Groups_of_none_are_all_false()
    {
        Assert.False(EventAction.None.IsContainerStart);
        Assert.False(EventAction.None.IsContainerStop);
        Assert.False(EventAction.None.IsContainerPause);
        Assert.False(EventAction.None.IsContainer);
        Assert.False(EventAction.None.IsFile);
        Assert.False(EventAction.None.IsForceReload);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void ToName_gives_the_words_and_TryParse_reads_them(EventAction action, string words)
    {
        Assert.Equal(words, action.ToName());
        Assert.True(EventActions.TryParse(words, out var parsed));
        Assert.Equal(action, parsed);
    }

    [Fact]
    public void TryParse_inverts_ToName_for_every_bit()
    {
        for (var bit = 0; bit < 64; bit++)
        {
            AssertRoundTrip(1UL << bit);
        }
    }

    [Fact]
    public void TryParse_inverts_ToName_for_random_masks()
    {
        var random = new Random(20_260_001);
        for (var i = 0; i < 2_000; i++)
        {
            AssertRoundTrip((ulong)random.NextInt64(long.MinValue, long.MaxValue));
        }

        AssertRoundTrip(ulong.MaxValue);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Start")]
    [InlineData("ContainerStart")]
    [InlineData("start|")]
    [InlineData("|start")]
    [InlineData("start||stop")]
    [InlineData("start | stop")]
    [InlineData("none|start")]
    [InlineData("custom-")]
    [InlineData("custom-32")]
    [InlineData("custom--1")]
    [InlineData("custom-+1")]
    [InlineData("custom-99999999999")]
    [InlineData("bit-32")]
    [InlineData("bit-x")]
    [InlineData("1")]
    public void TryParse_anything_else_is_refused_with_none(string? words)
    {
        Assert.False(EventActions.TryParse(words, out var action));
        Assert.Equal(EventAction.None, action);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(32)]
    [InlineData(int.MaxValue)]
    public void Custom_out_of_range_is_refused(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EventAction.Custom(number));

    [Fact]
    public void Custom_in_range_takes_the_upper_half()
    {
        for (var number = 0; number < 32; number++)
        {
            Assert.Equal(1UL << (32 + number), (ulong)EventAction.Custom(number));
        }
    }

    private static void AssertRoundTrip(ulong bits)
    {
        var name = ((EventAction)bits).ToName();
        Assert.NotEmpty(name);
        Assert.True(EventActions.TryParse(name, out var parsed), $"{bits:x}: {name}");
        Assert.Equal(bits, (ulong)parsed);
    }
}
