namespace EventWatcher.Docker.Tests;

public sealed class SharedStreamTests : WatcherTest
{
    [Fact]
    public async Task Many_watchers_and_subscriptions_of_one_engine_share_one_stream()
    {
        var first = new DockerWatcher(Options());
        var second = new DockerWatcher(Options(o => o.Filters = DockerFilters.Start));
        Consumer[] consumers = [Consume(first.Watch()), Consume(first.Watch()), Consume(second.Watch()), Consume(second.Watch(DockerFilters.Die))];
        foreach (var consumer in consumers)
        {
            await consumer.ReadyAsync();
        }

        await Engine.WaitForStreamsAsync(1);
        Engine.Emit("start");
        Engine.Emit("die");
        await Task.WhenAll(consumers[0].WaitForAsync("die c1"), consumers[1].WaitForAsync("die c1"), consumers[3].WaitForAsync("die c1"), consumers[2].WaitForAsync("start c1"));

        Assert.Equal(1, Engine.Requests.Count(r => r.IsEventStream));
        Assert.Equal(["start c1", "die c1"], consumers[0].Words);
        Assert.Equal(["start c1", "die c1"], consumers[1].Words);
        Assert.Equal(["start c1"], consumers[2].Words);
        Assert.Equal(["die c1"], consumers[3].Words);
    }

    public static TheoryData<string> Settings =>
    [
        nameof(DockerWatcherOptions.Name), nameof(DockerWatcherOptions.Resume), nameof(DockerWatcherOptions.RetryDelay),
        nameof(DockerWatcherOptions.MaxRetryDelay), nameof(DockerWatcherOptions.AuditInterval), nameof(DockerWatcherOptions.Timeout),
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Other_settings_of_the_stream_make_another_one(string setting)
    {
        await WatchReadyAsync();
        var other = Watch(o => Change(o, setting));
        await other.ReadyAsync();
        await Engine.WaitForStreamsAsync(2);
    }

    [Fact]
    public async Task Settings_of_the_subscription_alone_share_the_stream()
    {
        await WatchReadyAsync();
        var other = Watch(o =>
        {
            o.Capacity = 5;
            o.Snapshot = true;
            o.Filters = DockerFilters.Start;
        });
        await other.ReadyAsync();
        await SettleAsync(_ = Consume(new DockerWatcher(Options()).Watch()));
        Assert.Equal(1, Engine.OpenStreams);
    }

    [Fact]
    public async Task Other_credentials_make_another_stream()
    {
        using var tls = new FakeTls();
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls });
        tls.WriteTo(engine.Directory);
        DockerWatcherOptions With(bool skip) => Options(o =>
        {
            o.Endpoint = engine.TcpEndpoint.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
            o.Tls = new DockerTlsOptions { SkipVerification = skip, CertificateAuthorityFile = Path.Combine(engine.Directory, "ca.pem") };
        });

        await using var one = new Consumer(new DockerWatcher(With(skip: false)).Watch());
        await using var same = new Consumer(new DockerWatcher(With(skip: false)).Watch());
        await using var other = new Consumer(new DockerWatcher(With(skip: true)).Watch());
        await Task.WhenAll(one.ReadyAsync(), same.ReadyAsync(), other.ReadyAsync());
        await engine.WaitForStreamsAsync(2);
    }

    [Fact]
    public async Task Engine_object_of_ones_own_is_shared_by_its_watchers_and_left_open()
    {
        await using var engine = new DockerEngine(Options());
        var one = Consume(new DockerWatcher(engine, Options()).Watch());
        var two = Consume(new DockerWatcher(engine, Options()).Watch());
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());
        await Engine.WaitForStreamsAsync(1);
        await one.DisposeAsync();
        await two.DisposeAsync();
        await Engine.WaitForStreamsAsync(0);

        Assert.NotNull(await engine.PingAsync());
    }

    [Fact]
    public async Task Stream_is_closed_with_the_last_subscription_and_opened_again_by_the_next()
    {
        var watcher = new DockerWatcher(Options());
        var one = Consume(watcher.Watch());
        var two = Consume(watcher.Watch());
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());
        await one.DisposeAsync();
        Engine.Emit("start");
        await two.WaitForAsync("start c1");
        await two.DisposeAsync();
        await Engine.WaitForStreamsAsync(0);
        await EventWatcher.TestKit.Eventually.TrueAsync(() => Engine.OpenConnections == 0);

        var three = Consume(watcher.Watch());
        await three.ReadyAsync();
        await SettleAsync(three);
        Assert.Empty(WordsOf(three));
    }

    [Fact]
    public async Task Late_subscription_is_ready_at_once_and_gets_no_old_events()
    {
        var first = await WatchReadyAsync();
        Engine.Emit("start", "old");
        await first.WaitForAsync("start old");
        Engine.Faults.Streams = Fault.WithholdHeaders();
        Engine.Faults.Calls = Fault.WithholdHeaders();
        var late = Consume(new DockerWatcher(Options()).Watch());
        await late.ReadyAsync();
        await SettleAsync(late);

        Assert.Equal(WatchState.Ready, late.Stream.State);
        Assert.Empty(WordsOf(late));
    }

    [Fact]
    public async Task Subscriptions_that_come_and_go_all_the_time_leave_one_stream_or_none()
    {
        var watcher = new DockerWatcher(Options());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                await using var consumer = new Consumer(watcher.Watch());
                if ((i + worker) % 3 != 0)
                {
                    await consumer.ReadyAsync();
                    await SettleAsync(consumer);
                }
            }
        })));

        await Engine.WaitForStreamsAsync(0);
    }

    private static void Change(DockerWatcherOptions options, string setting)
    {
        switch (setting)
        {
            case nameof(options.Name): options.Name = "other"; break;
            case nameof(options.Resume): options.Resume = DockerResume.Never; break;
            case nameof(options.RetryDelay): options.RetryDelay = TimeSpan.FromMilliseconds(3); break;
            case nameof(options.MaxRetryDelay): options.MaxRetryDelay = TimeSpan.FromMilliseconds(11); break;
            case nameof(options.AuditInterval): options.AuditInterval = TimeSpan.FromHours(1); break;
            default: options.Timeout = TimeSpan.FromSeconds(11); break;
        }
    }
}
