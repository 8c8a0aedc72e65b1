namespace EventWatcher.TestKit;

/// <summary>Reads a stream as conformance tests do: with a deadline, passing over what is not looked for.</summary>
internal static class WatchStreamReading
{
    public static async Task<Event> ReadUntilAsync(this WatchStream stream, Func<Event, bool> isWanted, string wanted, TimeSpan deadline)
    {
        using var timeout = new CancellationTokenSource(deadline, TimeProvider.System);
        var passed = new List<Event>();
        try
        {
            while (true)
            {
                var item = await stream.Events.ReadAsync(timeout.Token).ConfigureAwait(false);
                if (isWanted(item))
                {
                    return item;
                }

                passed.Add(item);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            var why = timeout.IsCancellationRequested ? $"did not come within {deadline}" : "did not come before the stream ended";
            throw new TimeoutException($"{wanted} {why}. Came: [{string.Join(", ", passed)}].", exception);
        }
    }

    public static Task<Event> ReadUntilAsync(this WatchStream stream, ExpectedEvent expected, TimeSpan deadline) =>
        stream.ReadUntilAsync(expected.Matches, expected.ToString(), deadline);
}
