using System.Net;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>A request's body on its way: each piece goes on as it comes.</summary>
internal sealed class ForwardedBody(HttpContext context) : HttpContent
{
    /// <summary>Gets whether some of it may be gone already.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Gets why the client's body could not be read on; null where it could.</summary>
    public Exception? ClientFailure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => CopyAsync(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        CopyAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = context.Request.ContentLength ?? 0;
        return context.Request.ContentLength is not null;
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        HasBegun = true;

        // The header goes first where the client waits for an answer before it sends anything.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var reader = context.Request.BodyReader;
        while (true)
        {
            System.IO.Pipelines.ReadResult read;
            try
            {
                read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                ClientFailure = exception;
                throw;
            }

            foreach (var piece in read.Buffer)
            {
                await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCanceled)
            {
                // Its end would make a whole of what is none.
                throw new IOException("The reading of the request's body was called off.");
            }

            if (read.IsCompleted)
            {
                return;
            }

            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
