namespace EventWatcher.Docker;

/// <summary>The body of an events response, read event by event.</summary>
internal sealed class DockerEventStream : IDockerEventStream
{
    private readonly string _engine;
    private readonly Stream _body;
    private readonly IDisposable _owner;
    private readonly Action<DockerEventStream>? _closed;
    private readonly DockerEventBuffer _buffer;
    private readonly CancellationTokenSource _disposal = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private bool _ended;
    private bool _broken;
    private int _disposed;

    /// <summary>Initializes the stream.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="owner">What is disposed with the stream; it owns the bytes.</param>
    /// <param name="closed">Called when it is disposed.</param>
    internal DockerEventStream(string engine, Stream body, IDisposable owner, Action<DockerEventStream>? closed = null)
    {
        _engine = engine;
        _body = body;
        _owner = owner;
        _closed = closed;
        _buffer = new DockerEventBuffer(engine);
    }

    /// <inheritdoc/>
    public ValueTask<DockerEvent?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DockerEvent?>(cancellationToken);
        }

        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            return _buffer.Take() is { } next ? new ValueTask<DockerEvent?>(next) : FillAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is DockerEventFormatException or ObjectDisposedException)
        {
            return ValueTask.FromException<DockerEvent?>(exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // A read under way ends first: the body does not like to be disposed beneath it.
        await _disposal.CancelAsync().ConfigureAwait(false);
        await _reading.WaitAsync().ConfigureAwait(false);
        await _body.DisposeAsync().ConfigureAwait(false);
        _owner.Dispose();
        _closed?.Invoke(this);
        _disposal.Dispose();
        _reading.Dispose();
    }

    private async ValueTask<DockerEvent?> FillAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_ended)
            {
                return null;
            }

            if (_broken)
            {
                throw new DockerStreamCutException(_engine, $"The event stream of {_engine} is broken; open another.");
            }

            var count = await ReadBodyAsync(cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                if (_buffer.Incomplete > 0)
                {
                    _broken = true;
                    throw new DockerStreamCutException(
                        _engine, $"The event stream of {_engine} ended inside an event, {_buffer.Incomplete} bytes after its beginning.");
                }

                _ended = true;
                return null;
            }

            _buffer.Advance(count);
            if (_buffer.Take() is { } next)
            {
                return next;
            }
        }
    }

    private async ValueTask<int> ReadBodyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _reading.WaitAsync(_disposal.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            throw new ObjectDisposedException(GetType().FullName, exception);
        }

        var linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token)
            : null;
        try
        {
            return await _body.ReadAsync(_buffer.GetMemory(), linked?.Token ?? _disposal.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(GetType().FullName, exception);
        }
        catch (OperationCanceledException exception)
        {
            _broken = true;
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException)
        {
            _broken = true;
            throw new DockerStreamCutException(_engine, $"The event stream of {_engine} was cut: {exception.Message}", exception);
        }
        finally
        {
            linked?.Dispose();
            _reading.Release();
        }
    }
}
