namespace EventWatcher.Benchmarks;

/// <summary>Sinks of four types that do nothing, mixed: a broadcaster that is fast with one type only is of no use.</summary>
internal static class NoOpSinks
{
    public static IReadOnlyList<ISink<Event>> Create(int count) => [.. Enumerable.Range(0, count).Select(i => (ISink<Event>)((i % 4) switch
    {
        0 => new One(),
        1 => new Two(),
        2 => new Three(),
        _ => new Four(),
    }))];

    private sealed class One : ISink<Event>
    {
        public ValueTask WriteAsync(Event item, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Two : ISink<Event>
    {
        public ValueTask WriteAsync(Event item, CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Three : ISink<Event>
    {
        private Event? _last;

        public ValueTask WriteAsync(Event item, CancellationToken cancellationToken = default)
        {
            if (!ReferenceEquals(_last, item))
            {
                _last = item;
            }

            return default;
        }

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Four : ISink<Event>
    {
        public ValueTask WriteAsync(Event item, CancellationToken cancellationToken = default) =>
            cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : default;

        public ValueTask DisposeAsync() => default;
    }
}
