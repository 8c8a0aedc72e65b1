namespace EventWatcher.Docker;

// Draining: the socket is always read, whatever the consumers do.
internal sealed partial class DockerEventHub
{
    /// <summary>Keeps a standing connection, with the audit beside it, until its stream ends.</summary>
    private async Task<Exception?> HoldAsync(DockerConnection connection)
    {
        await using (connection.ConfigureAwait(false))
        {
            var audit = AuditAsync(connection);
            var failure = await connection.Drain.ConfigureAwait(false);
            connection.End();
            await audit.ConfigureAwait(false);
            return failure;
        }
    }

    /// <summary>Reads until the stream ends. Never throws: what ended it is the result, null for a clean end.</summary>
    private async Task<Exception?> DrainAsync(DockerConnection connection, Task<IDockerEventStream> opening)
    {
        try
        {
            var stream = await opening.ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (await stream.ReadAsync(connection.Ending).ConfigureAwait(false) is not { } item)
                        {
                            return null;
                        }

                        OnReceived(connection, item);
                    }
                    catch (DockerEventFormatException exception)
                    {
                        OnMalformed(connection, exception);
                    }
                }
            }
        }
        catch (Exception exception) when (connection.Ending.IsCancellationRequested)
        {
            return _stop.IsCancellationRequested ? null : connection.AuditFailure ?? exception;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private void OnReceived(DockerConnection connection, DockerEvent item)
    {
        var key = EventKey.Of(item);
        var isProof = false;
        lock (_gate)
        {
            if (_toProve == key)
            {
                _toProve = null;
                isProof = true;
            }

            if (!_seen.Add(key))
            {
                DockerTelemetry.Repeated();
            }
            else
            {
                _newest = key;
                if (connection.Held is { Count: < DockerConnection.HeldLimit } held)
                {
                    held.Add(item);
                }
                else
                {
                    ReleaseHeld(connection);
                    Dispatch(item);
                }
            }
        }

        if (isProof)
        {
            connection.Proof.TrySetResult();
        }
    }

    /// <summary>One event is lost: that is said, in its place, and the stream lives.</summary>
    private void OnMalformed(DockerConnection connection, DockerEventFormatException exception)
    {
        DockerTelemetry.Malformed();
        ReportError(exception);
        lock (_gate)
        {
            ReleaseHeld(connection);
            ForceReload("an event of the engine could not be read");
        }
    }

    /// <summary>The lock is held.</summary>
    private void ReleaseHeld(DockerConnection connection)
    {
        if (connection.Held is not { } held)
        {
            return;
        }

        connection.Held = null;
        foreach (var item in held)
        {
            Dispatch(item);
        }
    }
}
