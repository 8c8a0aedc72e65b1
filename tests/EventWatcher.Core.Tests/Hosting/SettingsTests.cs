using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class SettingsTests
{
    [Fact]
    public async Task Settings_each_section_is_added_by_its_name()
    {
        var application = TestApplication.Create(
            ("EventWatcher:Fake:one", null),
            ("EventWatcher:Fake:two:Colour", "red"),
            ("EventWatcher:Queue:main:MaxBatchSize", "2"),
            ("EventWatcher:Queue:main:From:0", "two"),
            ("EventWatcher:Queue:all", null));
        var watchers = new Dictionary<string, FakeWatcher>();
        var main = new RecordingHandler();
        var all = new RecordingHandler();
        Settings(application)
            .AddEach("Fake", (events, fake) => events.AddWatcher(fake.Key, _ => watchers[fake.Key] = new FakeWatcher()))
            .AddEach("Queue", static (events, queue) => events.AddQueue(queue.Key, q => q.Bind(queue)))
            .AddQueue("main", queue => queue.Handle(main))
            .AddQueue("all", queue => queue.Handle(all));
        using var host = application.Build();
        await host.StartAsync();

        watchers["one"].Emit(TestEvents.Numbered(1));
        watchers["two"].Emit(TestEvents.Numbered(2));
        await all.WaitForEventsAsync(2);
        await host.StopAsync();

        Assert.Equal(2, host.Services.GetRequiredService<IOptionsMonitor<EventQueueOptions>>().Get("main").MaxBatchSize);
        Assert.Equal(TestEvents.Numbered(2), Assert.Single(main.Events));
    }

    [Fact]
    public async Task Settings_that_nobody_reads_and_wrong_ones_are_refused_together_by_their_keys()
    {
        var application = TestApplication.Create(
            ("EventWatcher:Quue:main:MaxBatchSize", "2"),
            ("EventWatcher:Mail", "me@example.org"),
            ("EventWatcher:Idle", "5m"),
            ("EventWatcher:Queue:main:MaxBatchSize", "0"),
            ("EventWatcher:Queue:main:FlushInterval", "5"),
            ("EventWatcher:Queue:main:From", "dokcer"));
        Settings(application)
            .AddWatcher("docker", static _ => new FakeWatcher())
            .AddEach("Queue", static (events, queue) => events.AddQueue(queue.Key, q => q.Bind(queue).Handle(static _ => { })))
            .AddSection("Idle", static (_, _) => { });
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<AggregateException>(() => host.StartAsync());

        Assert.Equal(
            [
                "EventWatcher:Idle has the wrong shape; allowed: keys below it.",
                "EventWatcher:Mail is not a known key; known: Queue, Idle.",
                "EventWatcher:Queue:main:FlushInterval is \"5\"; allowed: a duration such as 250ms, 5s, 1h30m, 2d or 00:00:05.",
                "EventWatcher:Queue:main:From is \"dokcer\", a watcher that was not added; there are \"docker\".",
                "EventWatcher:Queue:main:MaxBatchSize is 0; allowed: 1 or more.",
                "EventWatcher:Quue is not a known key; did you mean Queue?",
            ],
            exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(static inner => inner.Failures).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Settings_one_text_instead_of_keys_is_refused_and_not_shown()
    {
        var application = TestApplication.Create(("EventWatcher", "secret"));
        Settings(application);
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            "EventWatcher has the wrong shape; allowed: keys below it: none, since nothing was added by AddEach or AddSection.",
            Assert.Single(exception.Failures));
    }

    [Fact]
    public async Task Settings_absent_set_nothing_and_may_be_named_again()
    {
        var application = TestApplication.Create();
        Settings(application).AddEach("Fake", static (_, _) => Assert.Fail("There is none."));
        IConfigurationSection? read = null;
        Settings(application).AddSection("Idle", (_, idle) => read = idle);
        using var host = application.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal("EventWatcher:Idle", read!.Path);
    }

    [Fact]
    public void AddEach_without_settings_says_where_they_are_given()
    {
        var builder = new ServiceCollection().AddEventWatcher();

        var exception = Assert.Throws<InvalidOperationException>(() => builder.AddEach("Docker", static (_, _) => { }));

        Assert.Equal(
            "There are no settings to read \"Docker\" from; call AddEventWatcher(configuration.GetSection(\"EventWatcher\")).",
            exception.Message);
    }

    [Fact]
    public async Task Bind_from_that_is_empty_takes_no_watcher()
    {
        var application = TestApplication.Create(("Q:From", ""));
        var watcher = new FakeWatcher();
        application.Services.AddEventWatcher()
            .AddWatcher("a", _ => watcher)
            .AddQueue("q", queue => queue.Bind(application.Configuration.GetSection("Q")).Handle(static _ => { }));
        using var host = application.Build();
        await host.StartAsync();

        Assert.Empty(host.Queue("q").Sources);
        await host.StopAsync();
    }

    private static IEventWatcherBuilder Settings(HostApplicationBuilder application) =>
        application.Services.AddEventWatcher(application.Configuration.GetSection("EventWatcher"));
}
