namespace EventWatcher.Idle.Tests;

/// <summary>Many threads, real time, and a runtime to which things happen: whatever the order, nothing is left over.</summary>
public sealed class IdleManagerStressTests
{
    private static int Requests => Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") is "long" ? 20_000 : 800;

    [Fact]
    public async Task Requests_cancellations_sleeps_and_outsiders_in_any_order_leave_nothing_behind()
    {
        var seed = Environment.TickCount;
        var runtime = new FakeContainerProvider();
        var options = new IdleOptions { MaxWaiting = 40 };
        var names = Enumerable.Range(0, 4).Select(static number => $"app-{number}").ToArray();
        foreach (var name in names)
        {
            runtime.Add(name);
            options.Containers[name] = new IdleContainerOptions
            {
                IdleTimeout = TimeSpan.FromMilliseconds(1),
                MaxWaiting = 20,
                ReleaseConcurrency = name == names[0] ? 1 : null,
                WakeTimeout = TimeSpan.FromSeconds(20),
            };
        }

        options.Containers[names[1]].DependsOn.Add(names[2] + ":healthy");
        var calls = 0;
        runtime.OnCall = async (call, token) =>
        {
            var number = Interlocked.Increment(ref calls);
            if (number % 3 == 0)
            {
                await Task.Yield();
            }

            if (number % 17 == 0 && call.Action is FakeContainerAction.Start or FakeContainerAction.Stop)
            {
                throw new ContainerOperationException(call.Id, "not now");
            }

            token.ThrowIfCancellationRequested();
        };
        await using var manager = new IdleManager(runtime, options);
        manager.Start();
        await Eventually.CompletesAsync(manager.Ready);
        using var end = new CancellationTokenSource();
        var outside = Task.Run(() => ActOutsideAsync(runtime, manager, names, new Random(seed), end.Token));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => RequestAsync(manager, names, new Random(seed + worker + 1)))));
        await end.CancelAsync();
        await outside;

        Assert.True(outcomes.Sum() > 0, $"Seed {seed}: nobody was served");
        await Eventually.TrueAsync(() => manager.Snapshot().All(static item => item is { Leases: 0, Waiting: 0 }), expectation: $"Seed {seed}: nothing held, nobody waiting");

        // The budget of all is whole again: as many may wait as before.
        runtime.OnCall = null;
        foreach (var name in names)
        {
            await Eventually.TrueAsync(async () => (await Eventually.CompletesAsync(manager.GetOrAdd(name).AdmitAsync().AsTask())) is var admission && Given(admission), expectation: $"Seed {seed}: {name} can be woken");
        }

        await Eventually.TrueAsync(() => manager.Budget.Count == 0, expectation: $"Seed {seed}: the budget is whole");

        static bool Given(IdleAdmission admission)
        {
            admission.Lease.Dispose();
            return admission.IsAdmitted;
        }
    }

    private static async Task<int> RequestAsync(IdleManager manager, string[] names, Random random)
    {
        var served = 0;
        for (var request = 0; request < Requests / 8; request++)
        {
            var app = manager.GetOrAdd(names[random.Next(names.Length)]);
            using var gone = new CancellationTokenSource();
            if (random.Next(3) == 0)
            {
                gone.CancelAfter(random.Next(3));
            }

            try
            {
                var admission = await Eventually.CompletesAsync(app.AdmitAsync(gone.Token).AsTask());
                if (admission.IsAdmitted)
                {
                    served++;
                    await Task.Yield();
                    admission.Lease.Dispose();
                }
            }
            catch (OperationCanceledException)
            {
                // It went away.
                await Task.Yield();
            }
        }

        return served;
    }

    private static async Task ActOutsideAsync(FakeContainerProvider runtime, IdleManager manager, string[] names, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var name = names[random.Next(names.Length)];
            var app = manager.GetOrAdd(name);
            switch (random.Next(6))
            {
                case 0 when runtime.StatusOf(name) == ContainerStatus.Running:
                    runtime.End(name);
                    break;
                case 1:
                    await app.SleepAsync(CancellationToken.None).WaitAsync(Eventually.DefaultDeadline, CancellationToken.None);
                    break;
                case 2:
                    runtime.Watcher.Emit(TestEvents.ForceReload());
                    break;
                case 3:
                    app.TryTouch(TimeSpan.FromMilliseconds(1));
                    break;
                default:
                    await Task.Yield();
                    break;
            }
        }
    }
}
