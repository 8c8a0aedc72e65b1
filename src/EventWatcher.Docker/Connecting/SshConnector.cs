using System.Collections.Concurrent;

namespace EventWatcher.Docker;

/// <summary>Opens connections through the <c>ssh</c> program, one process each, and sees to it that all of them end.</summary>
internal sealed class SshConnector : IAsyncDisposable
{
    private const int LongestAnswer = 8 * 1024;

    private readonly DockerEndpoint _endpoint;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly DockerEnvironment _environment;
    private readonly ConcurrentDictionary<SshStream, bool> _open = new();

    internal SshConnector(DockerEndpoint endpoint, TimeSpan timeout, TimeProvider timeProvider, DockerEnvironment environment)
    {
        _endpoint = endpoint;
        _timeout = timeout;
        _timeProvider = timeProvider;
        _environment = environment;
    }

    /// <summary>Gets what an engine is asked so that it is known that it is there: ssh itself says nothing of having arrived.</summary>
    private static ReadOnlyMemory<byte> Ping { get; } = "HEAD /_ping HTTP/1.1\r\nHost: docker\r\n\r\n"u8.ToArray();

    /// <summary>Opens a connection at whose other end an engine has answered.</summary>
    /// <exception cref="SshException">There is none, or something else.</exception>
    internal async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stream = new SshStream(SshProgram.Start(_endpoint, _timeout, _environment), _timeProvider);
        _open[stream] = true;
        _ = stream.Exited.ContinueWith(_ => _open.TryRemove(stream, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await MeetEngineAsync(stream, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends every process, and waits for its end.</summary>
    /// <returns>Completes when none is left.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _open.Keys)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            await stream.Exited.ConfigureAwait(false);
        }
    }

    private static async Task MeetEngineAsync(SshStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(Ping, cancellationToken).ConfigureAwait(false);
            await ReadAnswerAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception is not SshException)
        {
            // What ssh says is nearer to the cause than that its pipe is closed.
            var words = await stream.WordsOfFailureAsync(onlyOfSsh: false, cancellationToken).ConfigureAwait(false);
            throw new SshException(words ?? exception.Message, exception);
        }
    }

    // Only the head of an answer comes: that of HEAD has no body.
    private static async Task ReadAnswerAsync(SshStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestAnswer];
        for (var length = 0; length < buffer.Length;)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new EndOfStreamException("the connection ended before the engine answered");
            }

            length += count;
            var answer = buffer.AsSpan(0, length);
            var isHttp = answer.StartsWith("HTTP/1."u8[..Math.Min(length, 7)]);
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (!isHttp || (end >= 0 && end + 4 < length))
            {
                break;
            }

            if (end >= 0)
            {
                return;
            }
        }

        throw new SshException("what answers at the host is no Docker engine (does a start-up file of the shell there print something?)");
    }
}
