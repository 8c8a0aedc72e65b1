using EventWatcher.TestKit;

namespace EventWatcher.Benchmarks;

/// <summary>A fake cluster of many guests, with the habits of the real one, in a process of its own: its work does not count as the watcher's. It ends when its standard input does.</summary>
internal static class ProxmoxServer
{
    public const string CommandName = "serve-proxmox";

    private const int FirstGuest = 100;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var guests = arguments.Number("--guests", 1_000);
        arguments.RefuseOthers();
        await using var server = new FakeProxmox();
        Fill(server, guests);
        Console.WriteLine($"{server.Endpoint} {server.Token} {server.Fingerprint}");
        _ = await Console.In.ReadToEndAsync();
    }

    /// <summary>Adds guests of which every other one runs.</summary>
    public static void Fill(FakeProxmox server, int guests)
    {
        for (var i = 0; i < guests; i++)
        {
            server.AddGuest("lxc", FirstGuest + i, $"guest{FirstGuest + i}", isRunning: i % 2 == 0);
        }
    }
}
