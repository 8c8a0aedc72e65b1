using System.Runtime.CompilerServices;
using System.Text;

namespace EventWatcher.Idle.Tests;

public sealed class LifecycleTableTests
{
    private static readonly LifecycleState[] States = Enum.GetValues<LifecycleState>();
    private static readonly LifecycleInput[] Inputs = Enum.GetValues<LifecycleInput>();

    private static IEnumerable<(LifecycleState State, LifecycleInput Input, LifecycleStep Step)> Rows =>
        from state in States from input in Inputs select (state, input, LifecycleTable.Next(state, input));

    [Fact]
    public void Find_every_state_and_input_has_a_row() =>
        Assert.Empty(from state in States from input in Inputs where LifecycleTable.Find(state, input) is null select $"{state} × {input}");

    /// <summary>A change of any row is seen in review.</summary>
    [Fact]
    public void Table_is_the_approved_one() => AssertApproved();

    [Fact]
    public void Start_is_begun_only_where_no_start_or_stop_is_under_way()
    {
        foreach (var (state, input, step) in Rows.Where(static row => row.Step.Actions.HasFlag(LifecycleActions.Wake)))
        {
            Assert.True(
                state is LifecycleState.Unknown or LifecycleState.Napping or LifecycleState.Error or LifecycleState.Failed or LifecycleState.Starting,
                $"{state} × {input}");
            Assert.Equal(LifecycleState.Waking, step.Next);
        }
    }

    [Fact]
    public void Stop_is_begun_only_where_no_start_or_stop_is_under_way()
    {
        foreach (var (state, input, step) in Rows.Where(static row => row.Step.Actions.HasFlag(LifecycleActions.Stop)))
        {
            Assert.True(
                (state, input) is (LifecycleState.Stopping, LifecycleInput.IdleConfirmed) or (LifecycleState.Error or LifecycleState.Failed, LifecycleInput.IdleElapsed),
                $"{state} × {input}");
            Assert.Equal(LifecycleState.Stopping, step.Next);
        }
    }

    [Fact]
    public void Waking_and_stopping_are_left_only_by_the_end_of_their_own_work()
    {
        foreach (var (state, input, step) in Rows.Where(static row =>
            row.State is LifecycleState.Waking or LifecycleState.GivingUp && row.Step.Next is not (LifecycleState.Waking or LifecycleState.GivingUp)))
        {
            Assert.True(input is LifecycleInput.Started or LifecycleInput.WakeFailed or LifecycleInput.Dispose, $"{state} × {input} → {step.Next}");
        }

        foreach (var (state, input, step) in Rows.Where(static row => row.State is LifecycleState.Stopping && row.Step.Next is not LifecycleState.Stopping))
        {
            Assert.True(
                input is LifecycleInput.StopDone or LifecycleInput.StopFailed or LifecycleInput.IdleRefuted or LifecycleInput.Dispose,
                $"{state} × {input} → {step.Next}");
        }
    }

    [Fact]
    public void Gate_is_open_in_Ready_alone()
    {
        foreach (var (state, input, step) in Rows)
        {
            Assert.True(step.Actions.HasFlag(LifecycleActions.OpenGate) == (step.Next is LifecycleState.Ready && state is not LifecycleState.Ready), $"{state} × {input} opens");
            Assert.True(step.Actions.HasFlag(LifecycleActions.CloseGate) == (state is LifecycleState.Ready && step.Next is not LifecycleState.Ready), $"{state} × {input} closes");
        }
    }

    [Fact]
    public void Leases_are_void_wherever_the_container_is_known_to_be_stopped()
    {
        foreach (var (state, input, step) in Rows.Where(static row =>
            row.Input is LifecycleInput.LookedStopped or LifecycleInput.StopDone && row.Step.Next is LifecycleState.Napping && row.State is not LifecycleState.Unknown && (row.Input, row.State) is not (LifecycleInput.StopDone, LifecycleState.Napping)))
        {
            Assert.True(step.Actions.HasFlag(LifecycleActions.VoidLeases), $"{state} × {input}");
        }
    }

    [Fact]
    public void Disposed_is_never_left_and_begins_nothing()
    {
        foreach (var (_, input, step) in Rows.Where(static row => row.State is LifecycleState.Disposed))
        {
            Assert.Equal(LifecycleState.Disposed, step.Next);
            Assert.True((step.Actions & ~(LifecycleActions.DismissWaiters | LifecycleActions.ReleaseDependencies)) == LifecycleActions.None, input.ToString());
        }

        Assert.All(States, static state => Assert.Equal(LifecycleState.Disposed, LifecycleTable.Next(state, LifecycleInput.Dispose).Next));
    }

    private static void AssertApproved([CallerFilePath] string file = "")
    {
        var approvedPath = Path.Combine(Path.GetDirectoryName(file)!, "LifecycleTable.approved.txt");
        var received = new StringBuilder();
        foreach (var (state, input, step) in Rows)
        {
            received.Append(state).Append(" × ").Append(input).Append(" → ").Append(step.Next);
            if (step.Actions != LifecycleActions.None)
            {
                received.Append(": ").Append(step.Actions);
            }

            received.Append('\n');
        }

        var approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        if (!string.Equals(approved, received.ToString(), StringComparison.Ordinal))
        {
            var receivedPath = approvedPath.Replace(".approved.", ".received.", StringComparison.Ordinal);
            File.WriteAllText(receivedPath, received.ToString());
            Assert.Fail($"The table has changed. If that is meant, replace {approvedPath} by {receivedPath}.");
        }
    }
}
