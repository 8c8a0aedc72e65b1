using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventWatcher.Docker;

/// <summary>Writes the path and the query of calls.</summary>
internal static class DockerQuery
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>
    /// Writes the call for events. Podman that keeps its events in a file is done with them as soon as the time is up,
    /// which for a time that has passed is before it has read any. It is asked for what there is, without an end.
    /// </summary>
    internal static string Events(DockerEventsRequest request, bool isPodman)
    {
        var parameters = new List<string>(3);
        if (request.SinceNanoseconds is { } since)
        {
            parameters.Add("since=" + Time(since, nameof(request.SinceNanoseconds)));
        }

        if (request.UntilNanoseconds is { } until)
        {
            var time = Time(until, nameof(request.UntilNanoseconds));
            parameters.Add(isPodman ? "stream=false" : "until=" + time);
        }

        AddFilters(parameters, request.Filters);
        return Join("/events", parameters);
    }

    internal static string List(DockerListRequest request)
    {
        var parameters = new List<string>(2);
        if (request.All)
        {
            parameters.Add("all=1");
        }

        AddFilters(parameters, request.Filters);
        return Join("/containers/json", parameters);
    }

    /// <summary>Writes the path of a call about one container.</summary>
    /// <exception cref="ArgumentException">No container can have that name.</exception>
    internal static string Container(string id, string call, params ReadOnlySpan<string> parameters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        var name = id.StartsWith('/') ? id.AsSpan(1) : id;

        // What engines accept as a name; anything else could reach another call.
        if (name.IsEmpty || !char.IsAsciiLetterOrDigit(name[0]) || name.ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException(
                $"\"{id}\" is no id or name of a container; allowed are letters, digits, _, . and -, beginning with a letter or a digit.", nameof(id));
        }

        return Join($"/containers/{name}/{call}", parameters);
    }

    private static string Join(string path, params IEnumerable<string> parameters)
    {
        var query = string.Join('&', parameters);
        return query.Length == 0 ? path : path + "?" + query;
    }

    private static string Join(string path, ReadOnlySpan<string> parameters)
    {
        var query = string.Join('&', parameters);
        return query.Length == 0 ? path : path + "?" + query;
    }

    private static string Time(long nanoseconds, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds, parameter);
        var (seconds, rest) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{rest:D9}");
    }

    private static void AddFilters(List<string> parameters, IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        if (filters.Count == 0)
        {
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (term, values) in filters)
            {
                writer.WriteStartArray(term);
                foreach (var value in values)
                {
                    writer.WriteStringValue(value);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        parameters.Add("filters=" + Uri.EscapeDataString(Encoding.UTF8.GetString(buffer.WrittenSpan)));
    }
}
