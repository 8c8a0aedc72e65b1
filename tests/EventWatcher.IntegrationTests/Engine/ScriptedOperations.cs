namespace EventWatcher.IntegrationTests;

/// <summary>
/// A random script of operations on containers, each valid in the state its container is in. The same seed makes the
/// same script. With several clients each has its own containers, so that the script is the same whoever is quicker.
/// </summary>
public sealed class ScriptedOperations
{
    /// <summary>
    /// The engine hears from below, too, that a container was paused or thawed, and a moment after it said so itself.
    /// One that does the opposite within that moment takes the news for a new one: it tells of an unpause that nobody
    /// asked for, and believes a frozen container to run.
    /// </summary>
    private static readonly TimeSpan PauseSettles = TimeSpan.FromMilliseconds(40);

    private readonly EngineControl _control;
    private readonly int _seed;
    private readonly int _operations;
    private readonly int _containers;
    private readonly int _clients;

    /// <summary>Counts are for all clients together; there are at least as many containers as clients.</summary>
    public ScriptedOperations(EngineControl control, int seed, int operations = 60, int containers = 3, int clients = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(containers, clients);
        _control = control;
        _seed = seed;
        _operations = operations;
        _containers = containers;
        _clients = clients;
    }

    /// <summary>
    /// Carries the script out and returns what was done: in order for each client, one client after the other.
    /// Containers are left as the script leaves them. A failure names the seed.
    /// </summary>
    public async Task<IReadOnlyList<PerformedOperation>> RunAsync(CancellationToken cancellationToken = default)
    {
        var done = await Task.WhenAll(Enumerable.Range(0, _clients).Select(client => RunClientAsync(client, cancellationToken)));
        return [.. done.SelectMany(static operations => operations)];
    }

    private static int Share(int all, int of, int index) => (all / of) + (index < all % of ? 1 : 0);

    private async Task<List<PerformedOperation>> RunClientAsync(int client, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked((_seed * 397) + client));
        var containers = Enumerable.Range(0, Share(_containers, _clients, client))
            .Select(index => new ModelledContainer($"ew-{_control.Run}-{_seed}-{client}-{index}", _control.Traits)).ToList();
        var done = new List<PerformedOperation>();
        while (done.Count < Share(_operations, _clients, client))
        {
            var container = containers[random.Next(containers.Count)];
            var operation = container.Possible[random.Next(container.Possible.Count)];
            try
            {
                await PerformAsync(container, operation, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw new InvalidOperationException(
                    $"Seed {_seed}, client {client}, operation {done.Count}: {operation} of {container.Name} failed: {failure.Message} Before it:\n{string.Join('\n', done)}",
                    failure);
            }

            var mayUnpause = container.MayUnpause(operation);
            done.Add(new PerformedOperation(client, container.Name, container.Id, operation, container.Apply(operation), mayUnpause));
        }

        return done;
    }

    private async Task PerformAsync(ModelledContainer container, ContainerOperation operation, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case ContainerOperation.Create:
                container.Id = await _control.CreateAsync(new ContainerSpec { Name = container.Name }, cancellationToken);
                break;
            case ContainerOperation.Start:
                await _control.StartAsync(container.Id, cancellationToken);
                break;
            case ContainerOperation.Stop:
                await _control.StopAsync(container.Id, cancellationToken: cancellationToken);
                break;
            case ContainerOperation.Kill:
                await _control.KillAsync(container.Id, cancellationToken: cancellationToken);
                break;
            case ContainerOperation.SignalContinue:
                await _control.KillAsync(container.Id, "SIGCONT", cancellationToken);
                break;
            case ContainerOperation.Pause:
                await _control.PauseAsync(container.Id, cancellationToken);
                await Task.Delay(PauseSettles, cancellationToken);
                break;
            case ContainerOperation.Unpause:
                await _control.UnpauseAsync(container.Id, cancellationToken);
                await Task.Delay(PauseSettles, cancellationToken);
                break;
            case ContainerOperation.Restart:
                await _control.RestartAsync(container.Id, cancellationToken: cancellationToken);
                break;
            case ContainerOperation.Remove:
                await _control.RemoveAsync(container.Id, force: true, cancellationToken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, message: null);
        }
    }
}
