using System.ComponentModel;
using System.Diagnostics;

namespace EventWatcher.Docker;

/// <summary>A connection that is one <c>ssh</c> process: its input and its output. Disposal ends the process.</summary>
internal sealed class SshStream : Stream
{
    /// <summary>ssh's own failures; any other code is that of the program at the other end.</summary>
    private const int SshFailed = 255;
    private const int NotFound = 127;

    /// <summary>For the last words of a process that has gone. A connection that others share may keep them open.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Stream _error;
    private readonly SshWords _words;
    private readonly TimeProvider _timeProvider;
    private int _exitCode;
    private int _disposed;

    /// <summary>Initializes the connection, which owns the process from now on.</summary>
    internal SshStream(Process process, TimeProvider timeProvider)
    {
        _process = process;
        _timeProvider = timeProvider;
        _input = process.StandardInput.BaseStream;
        _output = process.StandardOutput.BaseStream;
        _error = process.StandardError.BaseStream;
        _words = new SshWords(_error);
        Exited = WaitForExitAsync();
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gets the end of the process.</summary>
    internal Task Exited { get; }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => _output.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);

        // The program at the other end closes its output when the engine does, which says enough. That ssh has lost the
        // host says ssh alone.
        return count > 0 || buffer.IsEmpty || await WordsOfFailureAsync(onlyOfSsh: true, cancellationToken).ConfigureAwait(false) is not { } words
            ? count
            : throw new SshException(words);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => _input.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _input.WriteAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => _input.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _input.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Waits for the end of a process whose output has ended, and tells why that was.</summary>
    /// <param name="onlyOfSsh">Whether only ssh's own failure counts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What went wrong; null where nothing did, or where the process goes on without its output.</returns>
    internal async ValueTask<string?> WordsOfFailureAsync(bool onlyOfSsh, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Exited, _words.Ended).WaitAsync(LastWords, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (Exited.IsCompleted)
        {
            // Whatever else holds its error output open: what there is of it will do.
        }
        catch (TimeoutException)
        {
            return null;
        }

        var words = _words.ToString();
        var said = words.Length == 0 ? "and said nothing" : $"and said: {words}";
        return _exitCode switch
        {
            SshFailed => $"ssh ended with {_exitCode} {said}. It may ask no question: its key must be in an agent or have no passphrase, and the host must be a known one",
            _ when onlyOfSsh => null,
            NotFound => $"ssh reached the host, but found no program \"docker\" there {said}. The PATH of a session without a terminal must lead to it",
            _ => $"\"docker system dial-stdio\" at the host ended with {_exitCode} {said}",
        };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Kill();
            _input.Dispose();
            _output.Dispose();
            _error.Dispose();
        }

        base.Dispose(disposing);
    }

    // By its handle: a process that has gone by itself is not mistaken for one that got its number.
    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // Gone already, or about to.
            return;
        }
    }

    private async Task WaitForExitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _exitCode = _process.ExitCode;
        _process.Dispose();
    }
}
