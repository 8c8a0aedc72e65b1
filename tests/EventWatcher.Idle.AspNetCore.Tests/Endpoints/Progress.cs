using System.Net.ServerSentEvents;
using System.Text.Json;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>Reads a progress stream.</summary>
internal static class Progress
{
    public const string Path = "/.eventwatcher/idle/app/events";

    public static async Task<List<(string Type, string? Id)>> ReadAsync(HttpResponseMessage answer, Func<string, bool>? until = null)
    {
        var items = new List<(string, string?)>();
        var last = "";
        await using var stream = await answer.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            Assert.Equal("message", item.EventType);
            using var json = JsonDocument.Parse(item.Data);
            var type = json.RootElement.GetProperty("type").GetString()!;
            items.Add((type, item.EventId is { Length: > 0 } id && id != last ? last = id : null));
            if (until?.Invoke(type) == true)
            {
                break;
            }
        }

        return items;
    }
}
