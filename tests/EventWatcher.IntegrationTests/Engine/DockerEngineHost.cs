namespace EventWatcher.IntegrationTests;

/// <summary>
/// A real engine for tests, Docker's or Podman's: a private one where that is possible (root, and it is installed), else a Docker engine
/// that runs already and is borrowed, else none, with the reason. Not thread-safe: one test at a time kills or stops it.
/// </summary>
public sealed class DockerEngineHost : IAsyncDisposable
{
    /// <summary>The image that is there from the start: a static busybox.</summary>
    public const string Image = "eventwatcher/busybox";

    private const string DefaultSocket = "/var/run/docker.sock";
    private const string Scheme = "unix://";

    private readonly PrivateEngine? _engine;
    private readonly EngineControl? _control;
    private bool _importedImage;
    private bool _disposed;

    private DockerEngineHost(EngineTraits traits, string reason)
    {
        Traits = traits;
        Reason = reason;
    }

    private DockerEngineHost(EngineTraits traits, string socket, PrivateEngine? engine)
    {
        Traits = traits;
        Socket = socket;
        _engine = engine;
        _control = new EngineControl(socket, traits: traits);
    }

    /// <summary>What to expect of it.</summary>
    public EngineTraits Traits { get; }

    /// <summary>Whether there is an engine at all.</summary>
    public bool Available => _control is not null;

    /// <summary>Whether it is ours alone, to be killed and suspended at will.</summary>
    public bool IsPrivate => _engine is not null;

    /// <summary>Why there is no engine, or none of our own; empty when there is.</summary>
    public string Reason { get; private set; } = string.Empty;

    /// <summary>The path of the engine's socket.</summary>
    public string Socket { get; } = string.Empty;

    /// <summary>The same as <c>DOCKER_HOST</c> has it.</summary>
    public string Endpoint => Scheme + Socket;

    /// <summary>The test's own hand on the engine.</summary>
    public EngineControl Control => _control ?? throw new InvalidOperationException(Reason);

    /// <summary>The private engine's process, 0 when there is none.</summary>
    public int ProcessId => _engine?.ProcessId ?? 0;

    /// <summary>The private engine's last words.</summary>
    public string Log => _engine?.Log ?? string.Empty;

    /// <summary>Whether the environment says that nothing may be skipped for want of a server.</summary>
    public static bool MustBePrivate => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds or starts an engine. Throws only where <see cref="MustBePrivate"/> and there can be none of our own.</summary>
    public static async Task<DockerEngineHost> OpenAsync(EngineTraits? traits = null)
    {
        traits ??= EngineTraits.Docker;
        var (host, reason) = await OpenPrivateAsync(traits);
        if (host is null && MustBePrivate)
        {
            throw new InvalidOperationException($"With CI=true a private engine is required, and there is none: {reason}");
        }

        host ??= traits.IsPodman ? null : await BorrowAsync(reason);
        return host ?? new DockerEngineHost(traits, reason);
    }

    /// <summary>Starts the private engine again after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public Task StartAsync() => Private().StartAsync(AnswersAsync);

    /// <summary>SIGKILL: no goodbye. The containers' processes live on, until the next engine stops them.</summary>
    public Task KillAsync() => Private().KillAsync();

    /// <summary>SIGTERM: the engine stops its containers, says goodbye and removes its socket.</summary>
    public Task StopAsync() => Private().StopAsync();

    /// <summary>SIGSTOP: connections are accepted by the kernel, and nobody answers.</summary>
    public void Suspend()
    {
        Private().Signal(Posix.SigStop);

        // A thread that runs may still answer before it is stopped.
        if (!SpinWait.SpinUntil(IsStopped, Deadline.Generous))
        {
            throw new TimeoutException($"The engine ({ProcessId}) was not stopped by SIGSTOP.");
        }
    }

    public void Resume() => Private().Signal(Posix.SigCont);

    public async ValueTask DisposeAsync()
    {
        if (_disposed || _control is null)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (_engine is not null)
            {
                await DisposeAsync(_engine);
            }
            else
            {
                await _control.RemoveAllAsync();
                if (_importedImage)
                {
                    await _control.RemoveImageAsync(Image);
                }
            }
        }
        finally
        {
            _control.Dispose();
        }
    }

    private static async Task<(DockerEngineHost? Host, string Reason)> OpenPrivateAsync(EngineTraits traits)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return (null, $"{traits.Program} needs root.");
        }

        if (EngineProgram.Find(traits.Program) is not { } program)
        {
            return (null, $"{traits.Program} is not installed (Debian's package is {traits.Package}).");
        }

        if (BusyboxImage.Program is null)
        {
            return (null, "busybox is not installed (Debian's package is busybox-static).");
        }

        var engine = new PrivateEngine(traits, program);
        var host = new DockerEngineHost(traits, engine.Folder.Socket, engine);
        try
        {
            await host.StartAsync();
            await host.ImportImageAsync();
            return (host, string.Empty);
        }
        catch (Exception failure)
        {
            host._control!.Dispose();
            await engine.CleanUpAsync();
            return (null, failure.Message);
        }
    }

    private static async Task<DockerEngineHost?> BorrowAsync(string whyNotPrivate)
    {
        var named = Environment.GetEnvironmentVariable("DOCKER_HOST");
        var socket = string.IsNullOrEmpty(named) ? DefaultSocket : named.StartsWith(Scheme, StringComparison.Ordinal) ? named[Scheme.Length..] : null;
        if (socket is null || !File.Exists(socket))
        {
            return null;
        }

        var host = new DockerEngineHost(EngineTraits.Docker, socket, engine: null) { Reason = $"A running engine is borrowed, since there is none of our own: {whyNotPrivate}" };
        if (await host.AnswersAsync() && (BusyboxImage.Program is not null || await host.Control.HasImageAsync(Image)))
        {
            await host.ImportImageAsync();
            return host;
        }

        host._control!.Dispose();
        return null;
    }

    /// <summary>An engine that was killed is started once more, since only it knows how to undo all that it did.</summary>
    private async Task DisposeAsync(PrivateEngine engine)
    {
        try
        {
            if (engine.IsRunning)
            {
                engine.Signal(Posix.SigCont);
            }
            else if (engine.Folder.Contained().Count > 0)
            {
                await engine.StartAsync(AnswersAsync);
            }

            if (engine.IsRunning)
            {
                await Control.RemoveAllAsync();
            }
        }
        finally
        {
            // Whatever the engine would not do is done by hand.
            await engine.CleanUpAsync();
        }
    }

    private Task<bool> AnswersAsync() => Control.AnswersAsync(TimeSpan.FromSeconds(2));

    private async Task ImportImageAsync()
    {
        if (!await Control.HasImageAsync(Image))
        {
            await Control.ImportImageAsync(Image, await BusyboxImage.CreateTarAsync());
            _importedImage = true;
        }
    }

    private PrivateEngine Private() => _engine ?? throw new InvalidOperationException($"This needs an engine of our own. {Reason}");

    private bool IsStopped()
    {
        var stat = File.ReadAllText($"/proc/{ProcessId}/stat");
        return stat[stat.LastIndexOf(')')..].StartsWith(") T", StringComparison.Ordinal);
    }
}
