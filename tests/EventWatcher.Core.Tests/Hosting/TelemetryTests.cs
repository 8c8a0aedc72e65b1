using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Queues_measure_on_the_meter_of_the_applications_factory_once()
    {
        var application = TestApplication.Create();
        application.Services.AddEventWatcher()
            .AddQueue("one", static queue => queue.Handle(static _ => { }))
            .AddQueue("two", static queue => queue.Handle(static _ => { }));
        using var host = application.Build();
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new Listener(factory);
        await host.StartAsync();

        foreach (var name in new[] { "one", "two" })
        {
            host.Queue(name).TryEnqueue(TestEvents.Numbered(1));
            await host.Queue(name).FlushAsync();
        }

        await Eventually.TrueAsync(() => listener.Flushed.Count == 2);
        Assert.Equal(["one", "two"], listener.Flushed.Order(StringComparer.Ordinal));
        Assert.Equal(1, listener.DepthInstruments);
        await host.StopAsync();
    }

    [Fact]
    public async Task Queues_without_factory_measure_all_the_same()
    {
        var name = Guid.NewGuid().ToString();
        var services = new ServiceCollection();
        services.AddEventWatcher().AddQueue(name, static queue => queue.Handle(static _ => { }));
        await using var provider = services.BuildServiceProvider();
        using var listener = new Listener(scope: null);
        var queue = provider.GetRequiredKeyedService<EventQueue>(name);
        queue.Start();

        queue.TryEnqueue(TestEvents.Numbered(1));
        await queue.FlushAsync();

        await Eventually.TrueAsync(() => listener.Flushed.Contains(name));
    }

    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener = new();

        public Listener(object? scope)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (!ReferenceEquals(instrument.Meter.Scope, scope))
                {
                    return;
                }

                if (instrument.Name == "eventwatcher.queue.depth")
                {
                    DepthInstruments++;
                }
                else if (instrument.Name == "eventwatcher.event.flush")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Flushed.Add((string)tags[0].Value!));
            _listener.Start();
        }

        public ConcurrentBag<string> Flushed { get; } = [];

        public int DepthInstruments { get; private set; }

        public void Dispose() => _listener.Dispose();
    }
}
