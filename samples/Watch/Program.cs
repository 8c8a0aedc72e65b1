// Watches the containers of an engine, the guests of a Proxmox VE cluster, directories and configuration files, and prints what happens to them, batch by batch.
//
//     dotnet run --project samples/Watch
//     dotnet run --project samples/Watch -- conf.d --recursive --config appsettings.json
//     dotnet run --project samples/Watch -- --proxmox https://host:8006 --proxmox-token-file token --proxmox-fingerprint AA:BB:…
//     dotnet run --project samples/Watch -- --docker tcp://127.0.0.1:2375 --flush 200ms --json

using System.Runtime.InteropServices;
using EventWatcher;
using EventWatcher.Docker;
using EventWatcher.Files;
using EventWatcher.Proxmox;
using Microsoft.Extensions.Options;
using Watch;

if (!Arguments.TryParse(args, out var arguments, out var problem))
{
    var where = arguments.WantsHelp ? Console.Out : Console.Error;
    where.WriteLine(problem);
    where.WriteLine(Arguments.Usage);
    return arguments.WantsHelp ? 0 : 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

IPrinter printer = arguments.Json ? new JsonPrinter(StandardOutput.Writer) : new TextPrinter(StandardOutput.Writer);
try
{
    var options = new EventQueueOptions
    {
        Name = "watch",
        FlushInterval = arguments.Flush,
        MaxBatchSize = arguments.MaxBatch,
        Capacity = Math.Max(10_000, arguments.MaxBatch),
        DrainOnStop = true,
        FlushFailure = FlushFailureMode.Stop,
        StopTimeout = TimeSpan.FromSeconds(1),
    };
    await using var queue = new EventQueue(options, printer.Events, printer.Error);

    if (arguments.Docker is { } endpoint)
    {
        var docker = new DockerWatcher(new DockerWatcherOptions { Endpoint = endpoint.Length > 0 ? endpoint : null });
        var stream = docker.Watch();
        printer.Watching("docker", docker.Name, stream.Ready);
        queue.Attach(stream);
    }

    if (arguments.Proxmox is { } cluster)
    {
        var proxmox = new ProxmoxWatcher(new ProxmoxWatcherOptions
        {
            Endpoint = cluster,
            TokenFile = arguments.ProxmoxTokenFile,
            Fingerprint = arguments.ProxmoxFingerprint,
        });
        var stream = proxmox.Watch();
        printer.Watching("proxmox", proxmox.Name, stream.Ready);
        queue.Attach(stream);
    }

    foreach (var directory in arguments.Directories)
    {
        var watcher = new DirectoryWatcher(directory, arguments.Recursive);
        var stream = watcher.Watch();
        printer.Watching("file:" + directory, watcher.Name, stream.Ready);
        queue.Attach(stream);
    }

    foreach (var file in arguments.ConfigFiles)
    {
        var watcher = new ConfigFileWatcher(file);
        var stream = watcher.Watch();
        printer.Watching("file:" + file, watcher.Name, stream.Ready);
        queue.Attach(stream);
    }

    await queue.RunAsync(stop.Token);
    return 0;
}
catch (CallbackAbandonedException) when (stop.IsCancellationRequested)
{
    // What is printed is not taken: the pipe is full, or the terminal stands still. There is nothing to wait for.
    return 0;
}
catch (FlushException failure) when (failure.InnerException is IOException)
{
    // Nobody reads what is printed any more.
    return 0;
}
catch (OptionsValidationException invalid)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, invalid.Failures));
    return 2;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
