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

            if (key.HasTime && !_seen.Add(key))
            {
                DockerTelemetry.Repeated();
            }
            else if (!IsTooLate(connection, key))
            {
                _newest = key.HasTime ? key : _newest;
                Deliver(connection, item);
            }

            Follow(connection, key);
        }

        if (isProof)
        {
            connection.Proof.TrySetResult();
        }
    }

    /// <summary>
    /// Whether an event that should have come on an earlier stream comes so late that its container's order would be
    /// false. Then it is made good by a ForceReload, unless it was already. The lock is held.
    /// </summary>
    private bool IsTooLate(DockerConnection connection, EventKey key)
    {
        if (connection.Repeated is not { } earlier)
        {
            return false;
        }

        if (_unread.Resolve(connection.Last, key))
        {
            return true;
        }

        if (!DockerEventMap.TryGet(key.Action, out _) || !_seen.HasLaterOf(key, earlier))
        {
            return false;
        }

        if (connection.Anchor != _covered)
        {
            _reloadReason ??= "the engine had dropped events for the stream that ended";
        }

        return true;
    }

    /// <summary>The lock is held.</summary>
    private void Deliver(DockerConnection connection, DockerEvent item)
    {
        if (connection.Held is { Count: < DockerConnection.HeldLimit } held)
        {
            held.Add(item);
            return;
        }

        ReleaseHeld(connection);
        Dispatch(item);
    }

    /// <summary>The lock is held.</summary>
    private static void Follow(DockerConnection connection, EventKey key)
    {
        connection.ReceivedCount++;
        connection.Last = key;
        connection.LatestTime = Math.Max(connection.LatestTime, key.TimeNanoseconds);
        if (key == connection.Anchor)
        {
            connection.Repeated = null;
        }
        else
        {
            connection.Repeated?.Add(key);
        }
    }

    /// <summary>One event is lost: that is said, in its place, and the stream lives.</summary>
    private void OnMalformed(DockerConnection connection, DockerEventFormatException exception)
    {
        DockerTelemetry.Malformed();
        lock (_gate)
        {
            if (connection.Repeated is not null && _unread.IsKnown(connection.Last))
            {
                // The engine's memory has it like that; it was reported when it came for the first time.
                Log.MalformedInRing(_logger, Source, exception.Message);
                return;
            }

            ReportError(exception);
            _unread.Add(connection.Last);
            const string Reason = "an event of the engine could not be read";
            if (connection.Held is null)
            {
                ForceReload(Reason);
            }
            else
            {
                // Said when the stream stands.
                _reloadReason ??= Reason;
            }
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
