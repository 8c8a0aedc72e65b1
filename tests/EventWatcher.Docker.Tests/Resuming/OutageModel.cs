using System.Globalization;

namespace EventWatcher.Docker.Tests;

/// <summary>
/// An engine that has one outage after another, of random kinds, and a consumer of it. It keeps the engine's own record
/// and compares: nothing lost without a force-reload after it, nothing twice, each container's events in order.
/// </summary>
internal sealed class OutageModel : IAsyncDisposable
{
    private const string SequenceAttribute = "seq";

    private static readonly string[] Actions =
        ["create", "start", "kill", "die", "stop", "pause", "unpause", "restart", "rename", "update", "health_status: healthy"];

    private readonly Random _random;
    private readonly Lock _recordGate = new();
    private readonly List<Recorded> _record = [];
    private readonly List<string> _story = [];
    private readonly FakeEngine _engine;
    private readonly Consumer _consumer;
    private readonly StoryLogger _log;
    private int _sequence;
    private int _malformed;
    private bool _isClockOff;

    public OutageModel(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        _engine = new FakeEngine(new FakeEngineOptions { Flavour = _random.Next(2) == 0 ? EngineFlavour.Moby20 : EngineFlavour.Moby29, Tcp = true });
        for (var i = _random.Next(3) * 150; i > 0; i--)
        {
            _engine.Emit("start", "before");
        }

        var options = new DockerWatcherOptions
        {
            Endpoint = _random.Next(4) == 0 ? _engine.TcpEndpoint : _engine.Endpoint,
            RetryDelay = TimeSpan.FromMilliseconds(2),
            MaxRetryDelay = TimeSpan.FromMilliseconds(8),
            AuditInterval = Timeout.InfiniteTimeSpan,
        };
        if (_random.Next(3) == 0)
        {
            PlanFaults(_random.Next(1, 4));
        }

        _log = new StoryLogger(Tell);
        _consumer = new Consumer(new DockerWatcher(options, _log).Watch());
    }

    public int Seed { get; }

    public async Task BeginAsync()
    {
        await _consumer.ReadyAsync();
        await SettleAsync();
        Assert.DoesNotContain(_consumer.Events, e => e.ActorName == "before");
    }

    /// <summary>Gets the first force-reload that would not have been needed, told as a story: no loss, but a reload too many.</summary>
    public string? UnneededReload { get; private set; }

    /// <summary>One outage of a random kind, until the stream stands again.</summary>
    public async Task RoundAsync()
    {
        _story.Clear();
        var reloads = _consumer.Reloads.Count;
        var malformed = _malformed;
        var stands = _log.StandsCount;
        EmitSome(_random.Next(20));
        await SettleAsync();

        var sequenceBefore = _sequence;
        var others = 0;
        var mayReload = false;
        var isTruncated = PlanFaults(_random.Next(4));
        mayReload |= isTruncated;
        var gap = _random.Next(10) switch { 0 => _random.Next(240, 420), < 4 => _random.Next(30, 100), _ => _random.Next(8) };
        if (_random.Next(8) == 0)
        {
            // Events of other kinds take room in the ring too.
            others = _random.Next(10, 300);
        }

        if (_random.Next(12) == 0)
        {
            mayReload = true;
            StepClock();
        }

        if (_random.Next(8) == 0)
        {
            _malformed++;
            Tell("corrupt the next event");
            _engine.Faults.CorruptNext();
            EmitSome(_random.Next(4));
        }

        var background = _random.Next(3) == 0 ? Task.Run(() => EmitSlowlyAsync(new Random(_random.Next()))) : Task.CompletedTask;
        var isForgotten = await OutageAsync(gap, others);
        mayReload |= isForgotten;
        await background;
        await SettleAsync();
        _engine.Faults.Reset();

        var reloaded = _consumer.Reloads.Count - reloads;
        malformed = _malformed - malformed;
        var happened = _sequence - sequenceBefore + others;
        Tell($"{happened} events in the gap, {reloaded} force-reloads ({_consumer.ReloadReasons})");
        if (!mayReload && happened < EventStore.RingSize - 2)
        {
            // An event that was published out of turn and could not be read may be missed once more when it comes again.
            if (reloaded > malformed * 2)
            {
                UnneededReload ??= Describe("a force-reload although the ring covered the gap");
            }
        }

        // By a clock that is not its own the memory is known to the second only, and an engine that has just been started
        // has none: then each stream that breaks before its first event is an outage of its own.
        Check(reloaded <= (malformed * 2) + (_isClockOff || isTruncated || isForgotten ? _log.StandsCount - stands : 1), "more than one force-reload for an outage");
        Compare();
    }

    public async ValueTask DisposeAsync()
    {
        await _consumer.DisposeAsync();
        await _engine.DisposeAsync();
        Assert.Empty(_engine.InternalErrors);
    }

    /// <returns>Whether the engine forgot what had happened.</returns>
    private async Task<bool> OutageAsync(int gap, int others)
    {
        var kind = _random.Next(8);
        switch (kind)
        {
            case < 4:
                var mode = (CutMode)kind;
                Tell($"cut {mode} amid {gap} + {others} events");
                var at = _random.Next(gap + 1);
                EmitSome(at);
                await _engine.CutStreamsAsync(mode);
                EmitOthers(others);
                EmitSome(gap - at);
                break;
            case 4 or 5:
                Tell($"all connections cut amid {gap} + {others} events");
                await _engine.CutConnectionsAsync(reset: kind == 4);
                EmitOthers(others);
                EmitSome(gap);
                break;
            case 6:
                Tell($"the engine can't be reached for {gap} + {others} events");
                await _engine.StopListeningAsync(keepSocketFile: _random.Next(2) == 0);
                await _engine.CutConnectionsAsync();
                EmitOthers(others);
                EmitSome(gap);
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(12)), TimeProvider.System);
                _engine.StartListening();
                break;
            default:
                Tell($"restart, {gap} + {others} events after it");
                await _engine.StopAsync(keepSocketFile: true);
                _engine.Start();
                EmitOthers(others);
                EmitSome(gap);
                return true;
        }

        return false;
    }

    /// <returns>Whether a read of the memory may end early without a sign of it.</returns>
    private bool PlanFaults(int count)
    {
        var isTruncated = false;
        for (var i = 0; i < count; i++)
        {
            Fault fault = _random.Next(9) switch
            {
                0 => Fault.Answer(500, "out of order"),
                1 => new Fault { NoAnswer = true, Cut = (CutMode)_random.Next(4) },
                2 => Fault.NotJson(),
                3 => Fault.CutAfterBytes(0, (CutMode)_random.Next(4)),
                4 or 5 => Fault.CutAfterBytes(_random.Next(5_000), (CutMode)_random.Next(4)),
                6 => Fault.DelayHeaders(TimeSpan.FromMilliseconds(_random.Next(15)), TimeProvider.System),
                7 => Fault.SubscribeAfter(Task.Delay(TimeSpan.FromMilliseconds(_random.Next(15)), TimeProvider.System)),
                _ => new Fault { ChunkSize = _random.Next(1, 300), WriteSize = _random.Next(100, 3_000) },
            };
            Func<RecordedRequest, bool>? match = _random.Next(4) switch
            {
                0 => static r => r.Path == "/_ping",
                1 => static r => r.IsBoundedRead,
                2 => static r => r.IsEventStream,
                _ => null,
            };
            Tell($"fault {fault.Status} {fault.NoAnswer} {fault.CutAfter} {fault.Cut}");
            _engine.Faults.Next(1, fault, match);
            isTruncated |= fault is { CutAfter: not null, Cut: CutMode.Clean };
        }

        return isTruncated;
    }

    private void StepClock()
    {
        double[] steps = [0.05, 1, 5, 11, 100, 3_600];
        var step = TimeSpan.FromSeconds(steps[_random.Next(steps.Length)] * (_random.Next(2) == 0 ? 1 : -1));
        _isClockOff = true;
        Tell($"clock stepped by {step}");
        _engine.Clock.Step(step);
    }

    private void EmitSome(int count)
    {
        while (count > 0)
        {
            if (count > 1 && _random.Next(6) == 0)
            {
                // Appended in one order and published in the other, as busy engines do.
                var first = Append(_random, _random.Next(3));
                var second = Append(_random, 3 + _random.Next(3));
                Publish(second);
                Publish(first);
                count -= 2;
            }
            else
            {
                Publish(Append(_random, _random.Next(6)));
                count--;
            }
        }
    }

    private async Task EmitSlowlyAsync(Random random)
    {
        for (var i = random.Next(40); i > 0; i--)
        {
            // Its own container, since the order within one is compared.
            Publish(Append(random, 6));
            if (random.Next(3) == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(3)), TimeProvider.System);
            }
        }
    }

    private void EmitOthers(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _engine.Emit(_random.Next(2) == 0 ? "network" : "volume", "connect", "other");
        }
    }

    private FakeEvent Append(Random random, int container)
    {
        lock (_recordGate)
        {
            var sequence = ++_sequence;
            var name = $"c{container}";
            var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["image"] = "eventwatcher/busybox",
                ["name"] = name,
                [SequenceAttribute] = sequence.ToString(CultureInfo.InvariantCulture),
            };
            _record.Add(new Recorded(sequence, name, TimeProvider.System.GetUtcNow()));
            var time = _engine.Clock.NextNano() - (random.Next(5) == 0 ? random.NextInt64(56_000_000) : 0);
            return _engine.Append("container", Actions[random.Next(Actions.Length)], FakeContainer.IdFor(name), attributes, time);
        }
    }

    private void Publish(FakeEvent e) => _engine.PublishAsync(e).AsTask().GetAwaiter().GetResult();

    private async Task SettleAsync()
    {
        // One of them may fall into a gap that ends in a force-reload.
        for (var tries = 0; tries < 30; tries++)
        {
            await EventWatcher.TestKit.Eventually.TrueAsync(() => _log.IsStanding);
            int sequence;
            lock (_recordGate)
            {
                Publish(Append(_random, 7));
                sequence = _sequence;
            }

            var text = sequence.ToString(CultureInfo.InvariantCulture);
            try
            {
                await _consumer.WaitUntilAsync(
                    () => _consumer.Events.Any(e => e.ActorAttributes.GetValueOrDefault(SequenceAttribute) == text),
                    "the settling event",
                    TimeSpan.FromSeconds(2));
                if (_log.IsStanding)
                {
                    return;
                }
            }
            catch (TimeoutException)
            {
                Tell($"{sequence} did not come");
            }
        }

        Check(isTrue: false, "the stream did not come back");
    }

    private void Compare()
    {
        var delivered = new Dictionary<int, int>();
        var lastOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var reloads = new List<DateTimeOffset>();
        foreach (var (item, place) in _consumer.Events.Select((e, i) => (e, i)))
        {
            if (item.Action.IsForceReload)
            {
                reloads.Add(item.Timestamp);
                continue;
            }

            if (!item.ActorAttributes.TryGetValue(SequenceAttribute, out var text))
            {
                continue;
            }

            var sequence = int.Parse(text, CultureInfo.InvariantCulture);
            Check(delivered.TryAdd(sequence, place), $"event {sequence} came twice");
            Check(lastOf.GetValueOrDefault(item.ActorName) < sequence, $"event {sequence} of {item.ActorName} came after {lastOf.GetValueOrDefault(item.ActorName)}");
            lastOf[item.ActorName] = sequence;
        }

        lock (_recordGate)
        {
            foreach (var item in _record.Where(item => !delivered.ContainsKey(item.Sequence)))
            {
                Check(reloads.Exists(at => at >= item.Happened), $"event {item.Sequence} of {item.Container} was lost without a force-reload");
            }
        }
    }

    private void Tell(string what)
    {
        lock (_story)
        {
            _story.Add(what);
        }
    }

    private void Check(bool isTrue, string what)
    {
        if (!isTrue)
        {
            Assert.Fail(Describe(what));
        }
    }

    private string Describe(string what)
    {
        lock (_story)
        {
            return $"Seed {Seed}: {what}. The round:\n{string.Join("\n", _story)}";
        }
    }

    private sealed record Recorded(int Sequence, string Container, DateTimeOffset Happened);
}
