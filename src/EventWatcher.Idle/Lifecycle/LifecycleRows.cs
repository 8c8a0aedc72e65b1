namespace EventWatcher.Idle;

/// <summary>Writes one state's rows. A cell that is written twice is an error in the table.</summary>
internal sealed class LifecycleRows(LifecycleState state, Memory<LifecycleStep?> cells)
{
    public LifecycleRows On(LifecycleInput input, LifecycleState next, LifecycleActions actions = LifecycleActions.None)
    {
        ref var cell = ref cells.Span[(int)input];
        cell = cell is null ? new LifecycleStep(next, actions) : throw new InvalidOperationException($"The table has {input} in {state} twice.");
        return this;
    }

    public LifecycleRows On(ReadOnlySpan<LifecycleInput> inputs, LifecycleState next, LifecycleActions actions = LifecycleActions.None)
    {
        foreach (var input in inputs)
        {
            On(input, next, actions);
        }

        return this;
    }

    public void Ignore(params ReadOnlySpan<LifecycleInput> inputs) => On(inputs, state);
}
