using System.Globalization;
using EventWatcher;

namespace Watch;

/// <summary>Aligned lines, for people; coloured on a terminal only.</summary>
internal sealed class TextPrinter(TextWriter output) : IPrinter
{
    private const string Reset = "\e[0m";
    private const string Dim = "\e[2m";
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Yellow = "\e[33m";

    private static readonly string[] ContainerDetails = ["image", "signal", "exitCode", "oldName"];
    private static readonly string[] GuestDetails = ["node", "previousNode", "oldName", "cause", "user"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly bool _isColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private int _nameWidth = 20;
    private volatile bool _isSettled;

    public void Watching(string what, string where, Task ready) => _ = SayWhenReadyAsync(what, where, ready);

    public void Events(IReadOnlyList<Event> batch)
    {
        foreach (var item in batch)
        {
            _nameWidth = Math.Min(60, Math.Max(_nameWidth, item.ActorName.Length));
            var time = item.Timestamp.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            var id = item.Type == EventType.Proxmox ? item.ActorId[(item.ActorId.IndexOf('/', StringComparison.Ordinal) + 1)..] : item.ActorId;
            id = id.Length > 12 ? id[..12] : id;
            var detail = item.Action.IsForceReload && item.ActorAttributes.TryGetValue(Event.ReasonAttribute, out var reason) ? reason : Detail(item);
            Print($"{Paint(Dim, time)}  {Paint(Colour(item.Action), $"{item.Action.ToName(),-12}")}  {Plain(item.ActorName).PadRight(_nameWidth)}  {Paint(Dim, $"{id,-12}  {detail}".TrimEnd())}");
        }
    }

    public void Error(Exception error)
    {
        var isFirstWord = !_isSettled;
        _isSettled = true;
        Print(Paint(Red, isFirstWord ? $"{error.Message} Trying again until it is there. Ctrl+C ends." : $"! {error.Message}"));
    }

    /// <summary>Labels and image names are a stranger's: they may not steer the terminal or feign a line.</summary>
    private static string Plain(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = char.IsControl(from[i]) ? '?' : from[i];
        }
    });

    private static string Detail(Event item)
    {
        var attributes = item.ActorAttributes;
        return string.Join("  ", (item.Type == EventType.Proxmox ? GuestDetails : ContainerDetails)
            .Where(attributes.ContainsKey)
            .Select(key => $"{key}={Plain(attributes[key])}"));
    }

    private static string Colour(EventAction action) => action switch
    {
        _ when action.IsForceReload => Yellow,
        _ when action.IsContainerStart => Green,
        _ when action.IsContainerStop || action == EventAction.ContainerDestroy => Red,
        _ => Yellow,
    };

    private async Task SayWhenReadyAsync(string what, string where, Task ready)
    {
        if (await Task.WhenAny(ready, Task.Delay(Patience)) != ready && !_isSettled)
        {
            _isSettled = true;
            Print($"Waiting for {what} at {where}; trying again until it is there. Ctrl+C ends.");
        }

        await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ready.IsCompletedSuccessfully)
        {
            _isSettled = true;
            Print($"Watching {what} at {where}. Ctrl+C ends.");
        }
    }

    private string Paint(string colour, string text) => _isColoured ? colour + text + Reset : text;

    private void Print(string line)
    {
        lock (_gate)
        {
            output.WriteLine(line);
        }
    }
}
