namespace EventWatcher.Idle;

/// <summary>A lease was asked for and not given.</summary>
public sealed class IdleRefusedException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="refusal">Why.</param>
    public IdleRefusedException(IdleRefusal refusal)
        : base(MessageOf(refusal), refusal.Cause) => Refusal = refusal;

    /// <summary>Gets why.</summary>
    public IdleRefusal Refusal { get; }

    private static string MessageOf(IdleRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.Message;
    }
}
