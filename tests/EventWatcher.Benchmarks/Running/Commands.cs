namespace EventWatcher.Benchmarks;

/// <summary>The commands beside BenchmarkDotNet's own options.</summary>
internal static class Commands
{
    private static readonly Command[] All =
    [
        new("throughput", "[--rounds 21] [--events 1000000]", "EventQueue beside channel, BatchBlock and Rx, in turns: events/s, bytes an event", QueueThroughputCommand.RunAsync),
        new("latency", "[--samples 1000]", "enqueue to onFlush with MaxBatchSize = 1 at gaps of 0, 1 and 10 ms, beside the bare channel, in turns", QueueLatencyCommand.RunAsync),
        new("idle", "[--queues 10000] [--seconds 5]", "idle queues: bytes each, timers armed, CPU time", IdleQueuesCommand.RunAsync),
        new("decoding", "[--rounds 5] [--events 2000000]", "the engine client's event stream beside JsonDocument and Newtonsoft.Json, from another process", EventDecodingCommand.RunAsync),
        new("engine", "[--docker unix:///PATH] [--container ID] [--events 1000]", "a real engine's timeNano to onFlush with MaxBatchSize = 1", EngineToHandlerCommand.RunAsync),
        new("slow-consumer", "[--docker unix:///PATH] [--renames 200]", "a real engine's other calls while a consumer is blocked", SlowConsumerCommand.RunAsync),
        new("sink-broadcast", "[--rounds 15]", "a broadcaster's write to 10, 100, 1,000 and 10,000 sinks that do nothing, of four types: time and bytes", SinkBroadcastCommand.RunAsync),
        new("sink-queue", "[--rounds 11] [--items 1000000]", "QueueSink beside a bounded channel, in turns: items/s, bytes an item", SinkQueueCommand.RunAsync),
        new("files-latency", "[--samples 300]", "a file's close to onFlush with MaxBatchSize = 1, beyond the settle time", FileLatencyCommand.RunAsync),
        new("files-many", "[--watchers 1000]", "descriptors, threads and bytes of many watchers, beside FileSystemWatcher", ManyFileWatchersCommand.RunAsync),
        new("files-setup", "[--directories 110000] [--files 300000]", "a large tree: seconds to set up, bytes a directory and a file", TreeSetupCommand.RunAsync),
        new("files-losses", "[--files 20000]", "what is lost and what it costs, also on overflow, beside FileSystemWatcher", FileLossesCommand.RunAsync),
        new("idle-lease", "[--rounds 11] [--leases 5000000]", "taking and releasing a lease of a container that is ready: ns, bytes", IdleLeaseCommand.RunAsync),
        new("idle-containers", "[--containers 10000] [--seconds 5]", "many managed containers: seconds to start up, bytes each, timers, CPU time idle and with traffic; as many requests at once to one asleep", IdleContainersCommand.RunAsync),
        new("idle-middleware", "[--rounds 2001] [--requests 500]", "a request to a container that is ready, through the middleware beside the bare pipeline, in turns, on a real server's request: ns, bytes", IdleMiddlewareCommand.RunAsync),
        new("proxmox-latency", "[--samples 60]", "a change by the API of a fake Proxmox VE cluster to its event, with tasks every second and every 500 ms", ProxmoxLatencyCommand.RunAsync),
        new("proxmox-idle", "[--guests 1000] [--seconds 60]", "a watcher of a large fake cluster in which nothing happens: CPU time, requests a second", ProxmoxIdleCommand.RunAsync),
        new("store-append", "[--rounds 5] [--seconds 2] [--directory DIR]", "durable appends of 256 bytes by 1 and 100 writers and by batches of 1,000, beside the disk's bare write and flush, in turns", StoreAppendCommand.RunAsync),
        new("store-read", "[--rounds 7] [--events 1000000] [--directory DIR]", "a log of a file store read from its beginning to its end, warm: events/s undecoded", StoreReadCommand.RunAsync),
        new("store-latency", "[--samples 2000] [--directory DIR]", "the call that stores an event to the handler that waits for it, beyond the flush", StoreLatencyCommand.RunAsync),
        new("store-open", "[--rounds 5] [--events 10000000] [--directory DIR]", "a large log opened after its process was killed", StoreOpenCommand.RunAsync),
        new(StoreOpenCommand.WriterName, "", "", StoreOpenCommand.WriteAsync) { IsHidden = true },
        new(ProxmoxServer.CommandName, "", "", ProxmoxServer.RunAsync) { IsHidden = true },
        new(EventServer.CommandName, "", "", EventServer.RunAsync) { IsHidden = true },
    ];

    public static string Help { get; } = $"""
        usage: dotnet run -c Release --project tests/EventWatcher.Benchmarks -- COMMAND [OPTIONS]

        {string.Join("\n", All.Where(command => !command.IsHidden).Select(command => $"  {command.Name} {command.Usage}\n      {command.Purpose}"))}

        An engine's commands start an engine of their own (as root, with dockerd and busybox installed) where --docker
        names none; they remove what they make on one that is named.

        All of it:

        {ReportCommand.Help}

        What else begins with a dash goes to BenchmarkDotNet, in this process unless --runtimes says otherwise:

          --filter '*Queue*' --job short
              EventQueue beside channel, BatchBlock and Rx: events/s, bytes an event
          --list flat
              the names
        """;

    /// <summary>What a report runs, in its order.</summary>
    public static IEnumerable<Command> Reported => All.Where(static command => !command.IsHidden);

    public static Command? Find(string name) => All.FirstOrDefault(command => string.Equals(command.Name, name, StringComparison.Ordinal));

    public static Task<int> RunAsync(Command command, string[] options) => GuardAsync(async () =>
    {
        if (!command.IsHidden)
        {
            Machine.Print([command.Name, .. options]);
        }

        await command.RunAsync(new CommandArguments(options));
        return 0;
    });

    /// <summary>The exit code of what is run, or of why it can't be.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> runAsync)
    {
        try
        {
            return await runAsync();
        }
        catch (UsageException bad)
        {
            await Console.Error.WriteLineAsync($"{bad.Message}\n\n{Help}");
            return 2;
        }
        catch (Exception) when (BenchmarkEngine.IsEnding)
        {
            return 130;
        }
        catch (BenchmarkException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
