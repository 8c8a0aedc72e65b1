namespace EventWatcher.Files.Tests;

public sealed class SettleTableTests
{
    private static readonly SettleTimes Times = new(Settle: 50, Longest: 1_000, Open: 2_000);

    private readonly SettleTable<int> _table = new(Times);

    [Theory]
    [InlineData("Closed", true, 50)]
    [InlineData("Deleted", true, 50)]
    [InlineData("MovedFrom", true, 50)]
    [InlineData("MovedTo", true, 50)]
    [InlineData("Attributes", true, 50)]
    [InlineData("Differs", false, 50)]
    [InlineData("Created", false, 50)]
    [InlineData("Created", true, 50)]
    [InlineData("Modified", false, 50)]
    [InlineData("Modified", true, 2_000)]
    [InlineData("Modified Closed", true, 50)]
    [InlineData("Modified Attributes", true, 2_000)]
    [InlineData("Modified Differs", true, 2_000)]
    [InlineData("Modified Deleted", true, 50)]
    [InlineData("Modified MovedFrom", true, 50)]
    [InlineData("Modified MovedTo", true, 50)]
    [InlineData("Created Modified", false, 50)]
    [InlineData("Created Modified", true, 2_000)]
    [InlineData("Created Modified Closed", true, 50)]
    [InlineData("Closed Modified", true, 2_000)]
    [InlineData("Deleted Created", true, 50)]
    public void Hear_signs_of_a_name_is_due_after(string signs, bool isKnown, long due)
    {
        foreach (var sign in signs.Split(' '))
        {
            _table.Hear(1, Enum.Parse<NameSign>(sign), now: 0, isKnown);
        }

        Assert.Equal(due, _table.NextDue());
        Assert.False(_table.TryTakeDue(due - 1, out _, out _));
        Assert.True(_table.TryTakeDue(due, out var key, out _));
        Assert.Equal(1, key);
        Assert.Null(_table.NextDue());
    }

    [Fact]
    public void Hear_each_sign_begins_the_time_anew_up_to_the_longest()
    {
        for (var now = 0; now <= 990; now += 30)
        {
            Assert.False(_table.TryTakeDue(now, out _, out _));
            _table.Hear(1, NameSign.Closed, now, isKnown: true);
        }

        Assert.False(_table.TryTakeDue(999, out _, out _));
        Assert.True(_table.TryTakeDue(1_000, out _, out _));
    }

    [Fact]
    public void Hear_a_file_that_is_being_written_is_awaited_without_limit()
    {
        for (var now = 0; now <= 9_000; now += 1_500)
        {
            Assert.False(_table.TryTakeDue(now, out _, out _));
            _table.Hear(1, NameSign.Modified, now, isKnown: true);
        }

        _table.Hear(1, NameSign.Closed, 9_100, isKnown: true);
        Assert.False(_table.TryTakeDue(9_149, out _, out _));
        Assert.True(_table.TryTakeDue(9_150, out _, out var name));
        Assert.True(name.IsWritten);
    }

    [Fact]
    public void Hear_a_move_joins_both_names()
    {
        _table.Hear(1, NameSign.MovedFrom, 0, isKnown: true, cookie: 7);
        _table.Hear(2, NameSign.MovedTo, 0, isKnown: false, cookie: 7);
        _table.Hear(2, NameSign.MovedFrom, 1, isKnown: false, cookie: 8);
        _table.Hear(3, NameSign.MovedTo, 1, isKnown: false, cookie: 8);

        Assert.True(_table.TryGet(1, out var first));
        Assert.True(_table.TryGet(2, out var second));
        Assert.True(_table.TryGet(3, out var third));
        Assert.Equal(3, first.Destination);
        Assert.Null(second.Origin);
        Assert.Equal(1, third.Origin);
    }

    [Fact]
    public void Hear_a_move_there_and_back_joins_nothing()
    {
        _table.Hear(1, NameSign.MovedFrom, 0, isKnown: true, cookie: 7);
        _table.Hear(2, NameSign.MovedTo, 0, isKnown: false, cookie: 7);
        _table.Hear(2, NameSign.MovedFrom, 1, isKnown: false, cookie: 8);
        _table.Hear(1, NameSign.MovedTo, 1, isKnown: true, cookie: 8);

        Assert.True(_table.TryGet(1, out var first));
        Assert.Null(first.Origin);
        Assert.Null(first.Destination);
    }

    [Fact]
    public void Hear_a_move_of_a_file_that_is_being_written_goes_on_waiting_for_its_close()
    {
        _table.Hear(1, NameSign.Created, 0, isKnown: false);
        _table.Hear(1, NameSign.Modified, 0, isKnown: false);
        _table.Hear(1, NameSign.MovedFrom, 1, isKnown: false, cookie: 7);
        _table.Hear(2, NameSign.MovedTo, 1, isKnown: true, cookie: 7);

        Assert.True(_table.TryGet(2, out var name));
        Assert.Equal(SettlePhase.Writing, name.Phase);
        Assert.Equal(2_001, name.Due);
    }

    [Fact]
    public void Hear_what_replaces_a_moved_name_parts_it_from_its_origin()
    {
        _table.Hear(1, NameSign.MovedFrom, 0, isKnown: true, cookie: 7);
        _table.Hear(2, NameSign.MovedTo, 0, isKnown: false, cookie: 7);
        _table.Hear(2, NameSign.Deleted, 1, isKnown: false);

        Assert.True(_table.TryGet(1, out var first));
        Assert.True(_table.TryGet(2, out var second));
        Assert.Null(first.Destination);
        Assert.Null(second.Origin);
    }

    [Fact]
    public void Hear_two_exchange_their_names_while_one_is_written_knows_of_no_writer()
    {
        _table.Hear(1, NameSign.Modified, now: 0, isKnown: true);
        _table.Hear(1, NameSign.MovedFrom, now: 0, isKnown: true, cookie: 7);
        _table.Hear(2, NameSign.MovedTo, now: 0, isKnown: true, cookie: 7);
        Assert.True(_table.TryGet(2, out var moved) && moved is { IsOpen: true, IsWritten: true });

        _table.Hear(2, NameSign.MovedFrom, now: 0, isKnown: true, cookie: 8);
        _table.Hear(1, NameSign.MovedTo, now: 0, isKnown: true, cookie: 8);

        Assert.True(_table.TryGet(1, out var one) && one is { IsOpen: false, Origin: null });
        Assert.True(_table.TryGet(2, out var other) && other is { IsOpen: false, Destination: null });
    }

    [Fact]
    public void ForgetWriters_of_some_names_leaves_the_others_open()
    {
        _table.Hear(1, NameSign.Modified, now: 0, isKnown: true);
        _table.Hear(2, NameSign.Created, now: 0, isKnown: true);
        _table.Hear(3, NameSign.Modified, now: 0, isKnown: true);

        _table.ForgetWriters(static key => key < 3);

        Assert.True(_table.TryGet(1, out var written) && !written.IsOpen);
        Assert.True(_table.TryGet(2, out var created) && !created.IsFresh);
        Assert.True(_table.TryGet(3, out var open) && open.IsOpen);
    }
}
