using System.Collections.Concurrent;

namespace EventWatcher.Docker.Tests;

/// <summary>The engine's containers: finding, adding, and what happens to them from the inside.</summary>
internal sealed partial class FakeContainers(FakeEngineOptions options, EngineClock clock, Func<FakeEvent, ValueTask> emit)
{
    private readonly ConcurrentDictionary<string, FakeContainer> _all = new(StringComparer.Ordinal);
    private CancellationTokenSource _engineGone = new();

    /// <summary>Engine 28 and later do not promise die before stop; this makes it the other way round.</summary>
    public bool StopBeforeDie { get; set; }

    public IReadOnlyCollection<FakeContainer> All => [.. _all.Values.OrderByDescending(c => c.Created).ThenBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>Adds a container without an event.</summary>
    public FakeContainer Add(string name, string state = "running") => Add(new FakeContainer(name) { State = state });

    public FakeContainer Add(FakeContainer container)
    {
        container.Created = clock.Now;
        container.StartedAt = container.IsRunning ? clock.Now : default;
        return _all.TryAdd(container.Id, container) ? container : throw new InvalidOperationException($"There is a container {container.Id} already.");
    }

    /// <summary>Removes a container without an event, as happens while an engine is down.</summary>
    public void Forget(FakeContainer container) => _all.TryRemove(container.Id, out _);

    /// <summary>Ends operations that wait for a container to die, as the engine that waits is gone.</summary>
    public void Interrupt() => Interlocked.Exchange(ref _engineGone, new CancellationTokenSource()).Cancel();

    /// <summary>By name, ID or unambiguous beginning of an ID.</summary>
    public FakeContainer Get(string nameOrId)
    {
        var name = nameOrId.TrimStart('/');
        if (_all.TryGetValue(name, out var byId))
        {
            return byId;
        }

        var byName = _all.Values.FirstOrDefault(c => c.Name == name);
        if (byName is not null)
        {
            return byName;
        }

        var byPrefix = _all.Values.Where(c => c.Id.StartsWith(name, StringComparison.Ordinal)).Take(2).ToArray();
        return byPrefix.Length switch
        {
            1 => byPrefix[0],
            0 => throw EngineError.NotFound(nameOrId, options.IsPodman),
            _ => throw EngineError.Invalid($"Multiple IDs found with provided prefix: {name}"),
        };
    }

    /// <summary>Creates a container with its event.</summary>
    public async Task<FakeContainer> CreateAsync(FakeContainer container)
    {
        Add(container);
        await EmitAsync(container, "create");
        return container;
    }

    /// <summary>The container's process ends by itself.</summary>
    public async Task ExitAsync(FakeContainer container, int exitCode)
    {
        await container.Gate.WaitAsync();
        try
        {
            await DieAsync(container, exitCode);
        }
        finally
        {
            container.Gate.Release();
        }
    }

    /// <summary>The kernel kills the container's process for its memory.</summary>
    public async Task OutOfMemoryAsync(FakeContainer container)
    {
        await EmitAsync(container, "oom");
        await ExitAsync(container, 137);
    }

    public async Task SetHealthAsync(FakeContainer container, string health)
    {
        container.Health = health;
        await EmitAsync(container, $"health_status: {health}");
    }

    /// <summary>A health check's three events, which cost the ring three places.</summary>
    public async Task ExecAsync(FakeContainer container, string command, int exitCode = 0)
    {
        var id = new KeyValuePair<string, string>("execID", FakeContainer.IdFor(command + Guid.NewGuid()));
        await EmitAsync(container, $"exec_create: {command}", id);
        await EmitAsync(container, $"exec_start: {command}", id);
        await EmitAsync(container, "exec_die", id, new("exitCode", $"{exitCode}"));
    }

    private ValueTask EmitAsync(FakeContainer container, string action, params KeyValuePair<string, string>[] extra)
    {
        // Docker copies labels over the event's own attributes, and image and name over those: a label "exitCode" wins.
        // With Podman the event's own attributes win.
        var own = new Dictionary<string, string>(extra, StringComparer.Ordinal);
        var attributes = new Dictionary<string, string>(options.IsPodman ? container.Labels : own, StringComparer.Ordinal);
        foreach (var (key, value) in options.IsPodman ? own : container.Labels)
        {
            attributes[key] = value;
        }

        if (options.IsPodman)
        {
            attributes["podId"] = "";
            attributes.TryAdd("containerExitCode", "0");
        }

        attributes["image"] = container.Image;
        attributes["name"] = container.Name;
        return emit(new FakeEvent("container", action, container.Id, attributes, clock.NextNano()));
    }

    private async Task DieAsync(FakeContainer container, int exitCode)
    {
        var ran = clock.Now - container.StartedAt;
        container.ExitCode = exitCode;
        container.FinishedAt = clock.Now;
        var restart = WillRestart(container, exitCode);
        container.State = restart ? "restarting" : "exited";
        if (options.IsPodman)
        {
            await EmitAsync(
                container,
                options.Flavour == EngineFlavour.PodmanDied ? "died" : "die",
                new("containerExitCode", $"{exitCode}"),
                new("exitCode", $"{exitCode}"));
        }
        else if (options.Flavour == EngineFlavour.Moby20)
        {
            await EmitAsync(container, "die", new KeyValuePair<string, string>("exitCode", $"{exitCode}"));
        }
        else
        {
            await EmitAsync(container, "die", new("exitCode", $"{exitCode}"), new("execDuration", $"{(long)ran.TotalSeconds}"));
        }

        if (restart)
        {
            container.RestartCount++;
            await BeginAsync(container);
        }
        else if (container.AutoRemove && !container.BeingRestarted)
        {
            await RemoveAsync(container);
        }
    }

    private static bool WillRestart(FakeContainer container, int exitCode) =>
        !container.ExitsForGood && container.RestartPolicy switch
        {
            "always" => true,
            "unless-stopped" => !container.StoppedByUser,
            "on-failure" => exitCode != 0 && !container.StoppedByUser,
            _ => false,
        };

    private async Task BeginAsync(FakeContainer container)
    {
        container.State = "running";
        container.StartedAt = clock.Now;
        container.ExitCode = 0;
        container.ExitsForGood = container.StoppedByUser = false;
        if (options.IsPodman)
        {
            await EmitAsync(container, "init");
        }

        await EmitAsync(container, "start");
    }

    private async Task RemoveAsync(FakeContainer container)
    {
        Forget(container);
        container.State = "dead";
        await EmitAsync(container, options.IsPodman ? "remove" : "destroy");
    }
}
