using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class ScopedHandlerTests
{
    [Fact]
    public async Task Handle_typed_handler_gets_a_fresh_scope_for_each_batch_disposed_after_it()
    {
        var log = new HandlerLog();
        using var host = Build<ScopedHandler>(log, static _ => { });
        await host.StartAsync();

        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        await host.Queue("q").FlushAsync();
        host.Queue("q").TryEnqueue(TestEvents.Numbered(2));
        await host.Queue("q").FlushAsync();

        Assert.Equal(["made", "handled 1", "disposed", "made", "handled 1", "disposed"], log.Lines);
        await host.StopAsync();
    }

    [Fact]
    public async Task Handle_typed_handler_is_told_of_errors()
    {
        var log = new HandlerLog { Throws = true };
        using var host = Build<ScopedHandler>(log, static _ => { });
        await host.StartAsync();

        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        await host.Queue("q").FlushAsync();

        Assert.Equal(["made", "handled 1", "disposed", "made", "told of FlushException", "disposed"], log.Lines);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnError_takes_the_place_of_the_handlers_own_in_any_order(bool isFirst)
    {
        var log = new HandlerLog { Throws = true };
        var errors = new RecordingHandler();
        using var host = Build<ScopedHandler>(log, queue => queue.OnError(errors.HandleErrorAsync), isFirst);
        await host.StartAsync();

        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        await host.Queue("q").FlushAsync();

        Assert.IsType<FlushException>(Assert.Single(errors.Errors));
        Assert.DoesNotContain("told of FlushException", log.Lines);
        await host.StopAsync();
    }

    [Fact]
    public async Task Handle_typed_handler_without_error_method_leaves_errors_in_the_log()
    {
        var watcher = new FakeWatcher();
        var application = TestApplication.Create();
        var lines = application.UseRecordingLog();
        application.Services.AddEventWatcher().AddWatcher("a", _ => watcher).AddQueue("q", static queue => queue.Handle<SilentHandler>());
        using var host = application.Build();
        await host.StartAsync();

        watcher.ReportError(new InvalidOperationException("engine is away"));

        await Eventually.TrueAsync(() => lines.Contains("Warning: Queue q: engine is away"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Handle_handler_that_cannot_be_made_is_a_failed_flush()
    {
        var errors = new RecordingHandler();
        var services = new ServiceCollection();
        services.AddEventWatcher().AddQueue("q", queue => queue.Handle<ScopedHandler>().OnError(errors.HandleErrorAsync));
        await using var provider = services.BuildServiceProvider();
        var queue = provider.GetRequiredKeyedService<EventQueue>("q");
        queue.Start();

        queue.TryEnqueue(TestEvents.Numbered(1));
        await queue.FlushAsync();

        var failure = Assert.IsType<FlushException>(Assert.Single(errors.Errors));
        Assert.Contains(nameof(HandlerLog), failure.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_typed_handler_registered_by_the_application_keeps_its_lifetime()
    {
        var log = new HandlerLog();
        var application = TestApplication.Create();
        application.Services.AddSingleton(log).AddSingleton<ScopedHandler>();
        application.Services.AddEventWatcher().AddQueue("q", static queue => queue.Handle<ScopedHandler>());
        using var host = application.Build();
        await host.StartAsync();

        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        await host.Queue("q").FlushAsync();
        host.Queue("q").TryEnqueue(TestEvents.Numbered(2));
        await host.Queue("q").FlushAsync();

        Assert.Equal(["made", "handled 1", "handled 1"], log.Lines);
        await host.StopAsync();
    }

    private static Microsoft.Extensions.Hosting.IHost Build<THandler>(HandlerLog log, Action<QueueBuilder> configure, bool isFirst = false)
        where THandler : class, IEventBatchHandler
    {
        var application = TestApplication.Create();
        application.Services.AddSingleton(log);
        application.Services.AddEventWatcher().AddQueue("q", queue =>
        {
            if (isFirst)
            {
                configure(queue);
                queue.Handle<THandler>();
            }
            else
            {
                queue.Handle<THandler>();
                configure(queue);
            }
        });
        return application.Build();
    }

    internal sealed class HandlerLog
    {
        private readonly List<string> _lines = [];

        public bool Throws { get; init; }

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public void Add(string line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }

    internal sealed class ScopedHandler : IEventBatchHandler, IDisposable
    {
        private readonly HandlerLog _log;

        public ScopedHandler(HandlerLog log)
        {
            _log = log;
            log.Add("made");
        }

        public async ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _log.Add($"handled {batch.Count}");
            if (_log.Throws)
            {
                throw new InvalidOperationException("refused");
            }
        }

        public ValueTask HandleErrorAsync(Exception exception, CancellationToken cancellationToken)
        {
            _log.Add($"told of {exception.GetType().Name}");
            return ValueTask.CompletedTask;
        }

        public void Dispose() => _log.Add("disposed");
    }

    internal sealed class SilentHandler : IEventBatchHandler
    {
        public ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
