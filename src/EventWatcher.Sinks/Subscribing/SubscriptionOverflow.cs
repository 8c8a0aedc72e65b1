namespace EventWatcher.Sinks;

/// <summary>What happens to a subscription whose reader falls behind its bound.</summary>
public enum SubscriptionOverflow
{
    /// <summary>It ends with a <see cref="SubscriberLaggedException"/>, after what was buffered before the gap was read.</summary>
    Fail = 0,

    /// <summary>The oldest item gives way, counted.</summary>
    DropOldest,

    /// <summary>New items are dropped, counted.</summary>
    DropNewest,
}
