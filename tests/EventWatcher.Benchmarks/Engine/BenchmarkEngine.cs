using System.Runtime.InteropServices;
using EventWatcher.IntegrationTests;

namespace EventWatcher.Benchmarks;

/// <summary>A real engine: the one that is named, of which only what is made here is touched; else one of our own, as the integration tests have it.</summary>
internal sealed class BenchmarkEngine : IAsyncDisposable
{
    private const string Scheme = "unix://";

    private readonly DockerEngineHost? _host;
    private readonly Lock _gate = new();
    private readonly PosixSignalRegistration[] _signals;
    private Task? _cleaningUp;
    private bool _hasContainers;
    private bool _hasImportedImage;

    private BenchmarkEngine(string socket, EngineControl control, DockerEngineHost? host)
    {
        Socket = socket;
        Control = control;
        _host = host;
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, EndBySignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, EndBySignal)];
    }

    /// <summary>Whether a signal has come: what fails from then on fails for that.</summary>
    public static bool IsEnding { get; private set; }

    public string Socket { get; }

    public string Endpoint => Scheme + Socket;

    public EngineControl Control { get; }

    public static async Task<BenchmarkEngine> OpenAsync(string? endpoint)
    {
        BenchmarkEngine engine;
        if (endpoint is null)
        {
            var host = await DockerEngineHost.OpenAsync();
            engine = host.Available
                ? new BenchmarkEngine(host.Socket, host.Control, host)
                : throw new BenchmarkException($"There is no Docker engine. {host.Reason}");
        }
        else if (endpoint.StartsWith(Scheme, StringComparison.Ordinal))
        {
            var socket = endpoint[Scheme.Length..];
            engine = new BenchmarkEngine(socket, new EngineControl(socket), host: null);
        }
        else
        {
            throw new UsageException($"--docker is \"{endpoint}\"; allowed: unix:///PATH.");
        }

        try
        {
            await engine.PrintAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>A running container that does nothing.</summary>
    public async Task<string> RunContainerAsync(ContainerSpec spec)
    {
        if (!await Control.HasImageAsync(spec.Image))
        {
            if (BusyboxImage.Program is null)
            {
                throw new BenchmarkException("busybox is not installed (Debian's package is busybox-static); or name a running container with --container.");
            }

            await Control.ImportImageAsync(spec.Image, await BusyboxImage.CreateTarAsync());
            _hasImportedImage = true;
        }

        _hasContainers = true;
        return await Control.RunAsync(spec);
    }

    public async ValueTask DisposeAsync()
    {
        await CleanUpOnceAsync();
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    // Whoever loses patience is not left with an engine, or with containers on his own.
    private void EndBySignal(PosixSignalContext context)
    {
        context.Cancel = true;
        IsEnding = true;
        _ = Task.Run(async () =>
        {
            await CleanUpOnceAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Environment.Exit(128 + (context.Signal == PosixSignal.SIGINT ? 2 : 15));
        });
    }

    private Task CleanUpOnceAsync()
    {
        lock (_gate)
        {
            return _cleaningUp ??= CleanUpAsync();
        }
    }

    private async Task CleanUpAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            return;
        }

        try
        {
            if (_hasContainers)
            {
                await Control.RemoveAllAsync();
            }

            if (_hasImportedImage)
            {
                await Control.RemoveImageAsync(DockerEngineHost.Image);
            }
        }
        finally
        {
            Control.Dispose();
        }
    }

    private async Task PrintAsync()
    {
        try
        {
            var info = await Control.InfoAsync();
            Console.WriteLine($"engine    {info["ServerVersion"]}, {(_host is { IsPrivate: true } ? "of our own" : Endpoint)}\n");
        }
        catch (Exception absent) when (absent is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new BenchmarkException($"There is no engine at {Endpoint}: {absent.Message}");
        }
    }
}
