using System.Globalization;
using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>GET /events, step by step as moby's getEvents does it.</summary>
internal sealed class EventsEndpoint(FakeEngineOptions options, EngineClock clock, EventStore store, FakeEngineFaults faults, Signal changed)
{
    /// <summary>False when the connection can't be used any more.</summary>
    public async Task<bool> ServeAsync(HttpConnection connection, HttpResponse response, RecordedRequest request, Fault fault)
    {
        var refusal = Read(request, out var since, out var until, out var filter);
        if (refusal is not null)
        {
            await response.WriteWholeAsync(400, HttpText.Message(refusal), "application/json");
            return true;
        }

        var now = EngineClock.ToNano(clock.Now);
        var isPodmansLog = options.IsPodman && string.Equals(request.Query.GetValueOrDefault("stream"), "false", StringComparison.Ordinal);
        var onlyPast = until < now || isPodmansLog;
        using var end = new CancellationTokenSource(onlyPast ? Timeout.InfiniteTimeSpan : TimeLeft(until, now), options.TimeProvider);

        var version = ApiVersion.Parse(request.Version ?? options.EffectiveApiVersion);
        var stream = new LiveStream(
            connection,
            filter,
            options.LegacyFields ?? version < new ApiVersion(1, 52),
            Encoding.ASCII.GetBytes(fault.Separator),
            version < new ApiVersion(1, 46));

        connection.WatchForClose();
        await response.StartChunkedAsync(version < new ApiVersion(1, 52) ? "application/json" : "application/jsonl", fault.HeadersWithFirstEvent);
        if (response.IsCut)
        {
            return false;
        }

        if (fault.BeforeSubscribe is { } wait)
        {
            await wait(connection.Closed);
        }

        var buffered = store.Subscribe(since, until, stream);
        changed.Pulse();
        try
        {
            // Podman with a file of events stops when the time is up, which it is before the first one is read.
            foreach (var e in options.IsPodman && until < now ? [] : buffered)
            {
                await WriteAsync(response, e.Encode(stream.Legacy), stream.Separator);
                if (response.IsCut)
                {
                    return false;
                }
            }

            if (onlyPast)
            {
                await response.FinishAsync();
                return true;
            }

            return await FollowAsync(connection, response, stream, end.Token);
        }
        finally
        {
            store.Unsubscribe(stream);
            stream.End();
            changed.Pulse();
        }
    }

    private static string? Read(RecordedRequest request, out long? since, out long? until, out EventFilter filter)
    {
        filter = null!;
        until = null;
        var query = request.Query;
        if (!TryReadTime(query.GetValueOrDefault("since"), out since))
        {
            return $"invalid value for 'since': invalid timestamp \"{query["since"]}\"";
        }

        if (!TryReadTime(query.GetValueOrDefault("until"), out until))
        {
            return $"invalid value for 'until': invalid timestamp \"{query["until"]}\"";
        }

        if (until < since)
        {
            return $"`since` time ({query["since"]}) cannot be after `until` time ({query["until"]})";
        }

        return EventFilter.TryParse(query.GetValueOrDefault("filters"), out filter) ? null : "invalid filter";
    }

    // seconds, or seconds.nanoseconds where short fractions count from the left.
    private static bool TryReadTime(string? text, out long? nano)
    {
        nano = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var at = text.IndexOf('.', StringComparison.Ordinal);
        var fraction = at < 0 ? "" : text[(at + 1)..];
        if (!long.TryParse(at < 0 ? text : text[..at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            || !fraction.All(char.IsAsciiDigit))
        {
            return false;
        }

        var exact = ((Int128)seconds * 1_000_000_000) + long.Parse(fraction.PadRight(9, '0')[..9], CultureInfo.InvariantCulture);
        nano = (long)Int128.Clamp(exact, long.MinValue, long.MaxValue);
        return true;
    }

    // No timer is longer than 49 days, and no test is.
    private static TimeSpan TimeLeft(long? until, long now)
    {
        var left = until is null ? TimeSpan.MaxValue : TimeSpan.FromTicks((until.Value - now) / 100);
        return left > TimeSpan.FromDays(40) ? Timeout.InfiniteTimeSpan : left;
    }

    private async Task<bool> FollowAsync(HttpConnection connection, HttpResponse response, LiveStream stream, CancellationToken end)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end, stream.CutNow, connection.Closed);
        try
        {
            while (true)
            {
                await faults.Unstalled.WaitAsync(stop.Token);
                if (!stream.TryTake(out var item, out var arrived))
                {
                    await arrived.WaitAsync(stop.Token);
                    continue;
                }

                if (item.Cut is { } mode)
                {
                    await response.CutAsync(mode);
                    return mode == CutMode.Clean;
                }

                if (item.Passed is { } passed)
                {
                    passed.SetResult();
                    continue;
                }

                await WriteAsync(response, item.Bytes, item.Separated ? stream.Separator : default(ReadOnlyMemory<byte>));
                if (response.IsCut)
                {
                    return false;
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !connection.Closed.IsCancellationRequested)
        {
            await response.FinishAsync();
            return true;
        }
        catch (OperationCanceledException) when (stream.CutNow.IsCancellationRequested && !connection.Closed.IsCancellationRequested)
        {
            await response.CutAsync(stream.CutNowMode);
            return stream.CutNowMode == CutMode.Clean;
        }
    }

    private async ValueTask WriteAsync(HttpResponse response, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> separator)
    {
        if (!faults.Swallow)
        {
            await response.WriteChunkAsync(bytes, separator);
        }
    }
}
