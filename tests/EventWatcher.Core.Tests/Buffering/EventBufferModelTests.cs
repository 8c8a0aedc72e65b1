namespace EventWatcher.Core.Tests;

/// <summary>The buffer against the simplest thing that does the same: three lists.</summary>
public sealed class EventBufferModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(50)]
    public void Random_operations_do_what_the_model_does(int capacity)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            try
            {
                Run(capacity, new Random((seed * 1_000) + capacity));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Capacity {capacity}, seed {seed}", exception);
            }
        }
    }

    private static void Run(int capacity, Random random)
    {
        var buffer = new EventBuffer(capacity, new FakeTimeProvider());
        var model = new Model(capacity);
        var number = 0;
        for (var step = 0; step < 1_000; step++)
        {
            switch (random.Next(10))
            {
                case < 5:
                    var source = random.Next(2) == 0 ? "a" : "b";
                    var item = random.Next(10) == 0 ? TestEvents.ForceReload(source, $"r{number++}") : TestEvents.Numbered(number++, source);
                    var isKept = buffer.TryAdd(item);
                    Assert.Equal(model.TryAdd(item), isKept);
                    if (!isKept)
                    {
                        buffer.AddToTail(item);
                        model.AddToTail(item);
                    }

                    break;
                case 5:
                    List<Overflow>? overflows = null;
                    var most = random.Next(1, capacity + 3);
                    var batch = buffer.Take(most, ref overflows);
                    Assert.Equal(model.Take(most), batch.Select(Show));
                    break;
                case 6:
                    Assert.Equal(model.TryEvictOldest(), buffer.TryEvictOldest());
                    break;
                case 7 when random.Next(20) == 0:
                    Assert.Equal(model.Count, buffer.Clear());
                    model.Clear();
                    break;
                case 8:
                    buffer.Trim();
                    break;
                default:
                    var isTaken = buffer.TryTake(out var taken, out var overflow);
                    var expected = model.Take(1);
                    Assert.Equal(expected.Count == 1, isTaken);
                    if (isTaken)
                    {
                        Assert.Equal(expected[0], Show(taken!));
                        Assert.Equal(taken!.ActorAttributes.ContainsKey(Event.DroppedAttribute), overflow is not null);
                    }

                    break;
            }

            Assert.Equal(model.Count, buffer.Count);
            Assert.Equal(buffer.Count, buffer.AddedPosition - buffer.TakenPosition);
            Assert.Equal(model.IsFull, buffer.IsFull);
        }
    }

    private static string Show(Event item) => item.Action.IsForceReload
        ? item.ActorAttributes.TryGetValue(Event.DroppedAttribute, out var dropped) ? $"{item.Source}:{dropped}" : item.ActorAttributes[Event.ReasonAttribute]
        : item.ActorName;

    private sealed class Model(int capacity)
    {
        private readonly List<string> _reloadsDue = [];
        private readonly List<Event> _events = [];
        private readonly List<(string Source, string? Reason, int Dropped)> _losses = [];

        public int Count => _reloadsDue.Count + _events.Count + _losses.Count;

        public bool IsFull => _events.Count >= capacity || _losses.Count > 0;

        public bool TryAdd(Event item)
        {
            if (!IsFull)
            {
                _events.Add(item);
                return true;
            }

            if (item.Action.IsForceReload)
            {
                Lose(item, 0, item.ActorAttributes[Event.ReasonAttribute]);
                return true;
            }

            return false;
        }

        public void AddToTail(Event item) => Lose(item, 1, null);

        public bool TryEvictOldest()
        {
            var oldest = _events.FindIndex(static item => !item.Action.IsForceReload);
            if (oldest >= 0)
            {
                _events.RemoveAt(oldest);
            }

            return oldest >= 0;
        }

        public List<string> Take(int most)
        {
            var taken = new List<string>();
            while (taken.Count < most && Count > 0)
            {
                if (_reloadsDue.Count == 0 && _events.Count == 0)
                {
                    // The losses' turn has come: they are what they are now.
                    _reloadsDue.AddRange(_losses.Select(static loss => loss.Dropped > 0 ? $"{loss.Source}:{loss.Dropped}" : loss.Reason!));
                    _losses.Clear();
                }

                if (_reloadsDue.Count > 0)
                {
                    taken.Add(_reloadsDue[0]);
                    _reloadsDue.RemoveAt(0);
                }
                else
                {
                    taken.Add(Show(_events[0]));
                    _events.RemoveAt(0);
                }
            }

            return taken;
        }

        public void Clear()
        {
            _reloadsDue.Clear();
            _events.Clear();
            _losses.Clear();
        }

        private void Lose(Event item, int dropped, string? reason)
        {
            var place = _losses.FindIndex(loss => string.Equals(loss.Source, item.Source, StringComparison.Ordinal));
            if (place < 0)
            {
                _losses.Add((item.Source, reason, dropped));
            }
            else
            {
                var loss = _losses[place];
                _losses[place] = (loss.Source, loss.Reason ?? reason, loss.Dropped + dropped);
            }
        }
    }
}
