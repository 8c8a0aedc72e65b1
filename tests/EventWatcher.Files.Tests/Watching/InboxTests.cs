namespace EventWatcher.Files.Tests;

public sealed class InboxTests
{
    [Fact]
    public void Put_beyond_the_capacity_becomes_an_overflow_and_keeps_who_waits()
    {
        using var overflows = new OverflowCounter();
        var inbox = new Inbox();
        var barrier = new TaskCompletionSource();
        for (var i = 0; i < Inbox.Capacity - 1; i++)
        {
            inbox.Put(Signal(i));
        }

        inbox.Put(new InboxItem(InboxKind.Barrier, barrier, 0, 0, FileSignals.None, 0, Name: null));
        Assert.Equal(0, overflows.Count);
        inbox.Put(Signal(-1));
        inbox.Put(Signal(-2));

        var items = inbox.TakeAll();
        Assert.True(overflows.Count >= 1);
        Assert.Equal([InboxKind.Overflow, InboxKind.Barrier, InboxKind.Signal, InboxKind.Signal], items.Select(static item => item.Kind));
        Assert.Equal(FileSignals.Overflow, items[0].Signals);
        Assert.Same(barrier, items[1].Subject);
        Assert.Equal([-1, -2], items.Skip(2).Select(static item => item.Token));
        Assert.Empty(inbox.TakeAll());
    }

    [Fact]
    public async Task Put_wakes_who_waits_and_a_wake_does_though_nothing_came()
    {
        var inbox = new Inbox();
        var waiting = inbox.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        inbox.Put(Signal(1));
        await waiting.WaitAsync(TestKit.Eventually.DefaultDeadline);
        Assert.Single(inbox.TakeAll());

        waiting = inbox.WaitAsync().AsTask();
        inbox.Wake();
        await waiting.WaitAsync(TestKit.Eventually.DefaultDeadline);
        Assert.Empty(inbox.TakeAll());
    }

    private static InboxItem Signal(int token) => new(InboxKind.Signal, Subject: null, 1, token, FileSignals.Modify, 0, "name");
}
