namespace EventWatcher.Sinks;

public sealed partial class Broadcaster<T>
{
    private const int DefaultSubscriptionCapacity = 1_000;

    /// <summary>Subscribes: what is written from now on can be read, by one <c>await foreach</c>.</summary>
    /// <remarks>
    /// The pattern for whoever falls behind: catch <see cref="SubscriberLaggedException"/>, subscribe again, then read
    /// the true state anew, in this order, so that nothing is missed in between.
    /// </remarks>
    /// <param name="capacity">How many items are buffered for a slow reader; at least 1.</param>
    /// <param name="overflow">What happens beyond.</param>
    /// <returns>The items. Dispose it, or leave the loop over it, to unsubscribe.</returns>
    /// <exception cref="SinkClosedException">The broadcaster is closed.</exception>
    public Subscription<T> Subscribe(int capacity = DefaultSubscriptionCapacity, SubscriptionOverflow overflow = SubscriptionOverflow.Fail)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        if (!Enum.IsDefined(overflow))
        {
            throw new ArgumentOutOfRangeException(nameof(overflow), overflow, "Allowed: " + string.Join(", ", Enum.GetNames<SubscriptionOverflow>()) + ".");
        }

#pragma warning disable CA2000 // It holds nothing but memory, and ends with the subscription.
        var sink = new SubscriberSink<T>(capacity, overflow);
#pragma warning restore CA2000
        Add(sink);
        return new Subscription<T>(this, sink);
    }
}
