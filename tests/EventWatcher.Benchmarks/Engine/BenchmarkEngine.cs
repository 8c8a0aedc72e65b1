using EventWatcher.IntegrationTests;

namespace EventWatcher.Benchmarks;

/// <summary>A real engine: the one that is named, of which only what is made here is touched; else one of our own, as the integration tests have it.</summary>
internal sealed class BenchmarkEngine : IAsyncDisposable
{
    private const string Scheme = "unix://";

    private readonly DockerEngineHost? _host;
    private bool _hasImportedImage;

    private BenchmarkEngine(string socket, EngineControl control, DockerEngineHost? host)
    {
        Socket = socket;
        Control = control;
        _host = host;
    }

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

        await engine.PrintAsync();
        return engine;
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

        return await Control.RunAsync(spec);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            return;
        }

        try
        {
            await Control.RemoveAllAsync();
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
            await DisposeQuietlyAsync();
            throw new BenchmarkException($"There is no engine at {Endpoint}: {absent.Message}");
        }
    }

    private ValueTask DisposeQuietlyAsync()
    {
        if (_host is not null)
        {
            return _host.DisposeAsync();
        }

        Control.Dispose();
        return ValueTask.CompletedTask;
    }
}
