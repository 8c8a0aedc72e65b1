namespace EventWatcher.Docker.Tests;

/// <summary>What a client can ask of a container, with moby's order of events, statuses and wording.</summary>
internal sealed partial class FakeContainers
{
    public Task StartAsync(string name) => OnAsync(name, async c =>
    {
        if (c.State == "paused")
        {
            throw options.IsPodman
                ? new EngineError(500, $"container {c.Id} must be in Created or Stopped state to be started: container state improper")
                : EngineError.Conflict("cannot start a paused container, try unpause instead");
        }

        if (c.IsRunning)
        {
            throw EngineError.NotModified("container is already running");
        }

        if (c.BinaryMissing)
        {
            c.ExitCode = 127;
            throw EngineError.Invalid(
                "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
                + "unable to start container process: exec: \"missing\": executable file not found in $PATH: unknown");
        }

        await BeginAsync(c);
    });

    public Task StopAsync(string name, int? seconds, string? signal) => OnAsync(name, async c =>
    {
        if (!c.IsRunning)
        {
            throw EngineError.NotModified("container is already stopped");
        }

        await StopAsync(c, seconds, signal);
    });

    public Task RestartAsync(string name, int? seconds, string? signal) => OnAsync(name, async c =>
    {
        if (options.IsPodman)
        {
            // Podman announces the restart before it, and no stop.
            await EmitAsync(c, "restart");
            if (c.IsRunning)
            {
                c.ExitsForGood = c.BeingRestarted = true;
                await EndAsync(c, SignalNames.Term);
            }

            await BeginAsync(c);
            return;
        }

        if (c.IsRunning)
        {
            c.BeingRestarted = true;
            await StopAsync(c, seconds, signal);
            c.BeingRestarted = false;
        }

        await BeginAsync(c);
        await EmitAsync(c, "restart");
    });

    public Task KillAsync(string name, string? signal) => OnAsync(name, async c =>
    {
        try
        {
            var number = string.IsNullOrEmpty(signal) ? SignalNames.Kill : SignalNames.Parse(signal);
            if (!c.IsRunning)
            {
                throw EngineError.Conflict($"container {c.Id} is not running");
            }

            if (c.State == "paused" && number != SignalNames.Kill && c.StopSignal is { } own && SignalNames.Parse(own) != number)
            {
                // The signal stays pending until the container is unpaused.
                await SendAsync(c, number);
                return;
            }

            await SendAsync(c, number);
            if (number == SignalNames.Kill || (!c.IgnoresSignals && SignalNames.Ends(number)))
            {
                await EndAsync(c, number);
            }
        }
        catch (EngineError e)
        {
            throw new EngineError(e.Status, $"cannot kill container: {name}: {e.Message}");
        }
    });

    public Task PauseAsync(string name) => OnAsync(name, async c =>
    {
        if (!c.IsRunning)
        {
            throw EngineError.Conflict($"container {c.Id} is not running");
        }

        if (c.State != "running")
        {
            throw EngineError.Conflict(c.State == "paused"
                ? $"container {c.Id} is already paused"
                : $"Container {c.Id} is restarting, wait until the container is running");
        }

        c.State = "paused";
        await EmitAsync(c, "pause");
    });

    public Task UnpauseAsync(string name) => OnAsync(name, async c =>
    {
        if (c.State != "paused")
        {
            throw new EngineError(500, options.IsPodman
                ? $"\"{c.Id}\" is not paused, can't unpause: container state improper"
                : $"Container {c.Id} is not paused");
        }

        c.State = "running";
        await EmitAsync(c, "unpause");
    });

    public Task RenameAsync(string name, string newName) => OnAsync(name, async c =>
    {
        var wanted = newName.Trim().TrimStart('/');
        if (wanted.Length == 0)
        {
            throw EngineError.Invalid("Neither old nor new names may be empty");
        }

        if (wanted == c.Name)
        {
            throw EngineError.Invalid("Renaming a container with the same name as its current name");
        }

        if (_all.Values.FirstOrDefault(o => o.Name == wanted) is { } other)
        {
            throw EngineError.Conflict(
                $"Error when allocating new name: Conflict. The container name \"/{wanted}\" is already in use by container \"{other.Id}\". "
                + "You have to remove (or rename) that container to be able to reuse that name.");
        }

        var old = c.Name;
        c.Name = wanted;
        await EmitAsync(c, "rename", new KeyValuePair<string, string>("oldName", "/" + old));
    });

    public Task DeleteAsync(string name, bool force) => OnAsync(name, async c =>
    {
        if (c.IsRunning)
        {
            if (!force)
            {
                throw EngineError.Conflict($"cannot remove container \"{name}\": " + (c.State == "paused"
                    ? "container is paused and must be unpaused first"
                    : $"container is {c.State}: stop the container before removing or force remove"));
            }

            if (options.IsPodman)
            {
                c.ExitsForGood = true;
                await EmitAsync(c, "stop");
            }
            else
            {
                await SendAsync(c, SignalNames.Kill);
            }

            await EndAsync(c, SignalNames.Kill);
        }

        if (c.State != "dead")
        {
            await RemoveAsync(c);
        }
    });

    private async Task OnAsync(string name, Func<FakeContainer, Task> operation)
    {
        var container = Get(name);
        await container.Gate.WaitAsync();
        try
        {
            await operation(container);
        }
        finally
        {
            container.BeingRestarted = false;
            container.Gate.Release();
        }
    }

    private async Task StopAsync(FakeContainer c, int? seconds, string? signal)
    {
        var number = SignalNames.Parse(signal ?? c.StopSignal ?? "SIGTERM");
        if (options.IsPodman)
        {
            c.ExitsForGood = c.StoppedByUser = true;
        }
        else
        {
            await SendAsync(c, number);
        }

        var obeys = number == SignalNames.Kill || (!c.IgnoresSignals && SignalNames.Ends(number));
        if (!obeys)
        {
            var wait = seconds ?? c.StopTimeout;
            await Task.Delay(wait < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(wait), options.TimeProvider, _engineGone.Token);
            number = SignalNames.Kill;
            if (!options.IsPodman)
            {
                await SendAsync(c, number);
            }
        }

        if (StopBeforeDie)
        {
            await EmitAsync(c, "stop");
            await EndAsync(c, number);
            return;
        }

        await EndAsync(c, number);
        await EmitAsync(c, options.IsPodman ? "cleanup" : "stop");
    }

    private async Task SendAsync(FakeContainer c, int signal)
    {
        // A signal that isn't the container's own leaves the restart policy in force when a stop signal is configured.
        c.ExitsForGood |= c.StopSignal is null || signal == SignalNames.Kill || SignalNames.Parse(c.StopSignal) == signal;
        c.StoppedByUser = true;
        await EmitAsync(c, "kill", options.IsPodman ? [] : [new("signal", $"{signal}")]);
    }

    private async Task EndAsync(FakeContainer c, int signal)
    {
        if (c.BeforeDeath is { } wait)
        {
            await wait().WaitAsync(_engineGone.Token);
        }

        await DieAsync(c, signal == SignalNames.Kill ? 137 : c.ExitCodeOnSignal ?? 128 + signal);
    }
}
