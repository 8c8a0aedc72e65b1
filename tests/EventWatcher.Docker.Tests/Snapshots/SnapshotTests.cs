namespace EventWatcher.Docker.Tests;

public sealed class SnapshotTests : WatcherTest
{
    [Fact]
    public async Task Subscription_tells_the_containers_that_are_there_oldest_first()
    {
        Engine.Containers.Add("stopped", "exited");
        Engine.Clock.Step(TimeSpan.FromSeconds(1));
        Engine.Containers.Add("running");
        Engine.Clock.Step(TimeSpan.FromSeconds(1));
        Engine.Containers.Add("paused", "paused");
        var consumer = await WatchReadyAsync(Snapshot);
        await consumer.WaitForAsync("pause paused");
        await SettleAsync(consumer);

        Assert.Equal(["create stopped", "create running", "start running", "create paused", "start paused", "pause paused"], WordsOf(consumer));
    }

    [Fact]
    public async Task Synthesized_events_are_marked_and_have_id_image_name_and_labels()
    {
        Engine.Containers.Add(new FakeContainer("web") { State = "running", Labels = new(StringComparer.Ordinal) { ["a"] = "1" } });
        var consumer = await WatchReadyAsync(Snapshot);
        var told = await consumer.WaitForAsync("start web");
        await Engine.Containers.StopAsync("web", 1, signal: null);
        var live = await consumer.WaitForAsync("die web");

        Assert.Equal("true", told.ActorAttributes[DockerWatcher.SynthesizedAttribute]);
        Assert.Equal(FakeContainer.IdFor("web"), told.ActorId);
        Assert.Equal("eventwatcher/busybox", told.ActorAttributes["image"]);
        Assert.Equal("web", told.ActorAttributes["name"]);
        Assert.Equal("1", told.ActorAttributes["a"]);
        Assert.Equal(Engine.Endpoint, told.Source);
        Assert.NotEqual(default, told.Timestamp);
        Assert.False(live.ActorAttributes.ContainsKey(DockerWatcher.SynthesizedAttribute));
    }

    [Fact]
    public async Task Force_reload_is_followed_by_what_changed_meanwhile()
    {
        foreach (var name in (string[])["dies", "goes", "stays", "renamed", "paused"])
        {
            Engine.Containers.Add(name);
        }

        var consumer = await WatchReadyAsync(Snapshot);
        await WaitForSnapshotAsync(consumer, 5);
        await SettleAsync(consumer);
        var before = WordsOf(consumer).Count;
        await Engine.RestartAsync(containers =>
        {
            containers.Get("dies").State = "exited";
            containers.Forget(containers.Get("goes"));
            containers.Get("renamed").Name = "new-name";
            containers.Get("paused").State = "paused";
            containers.Add("comes");
        });
        await consumer.WaitForAsync("start comes");
        await SettleAsync(consumer);

        var told = WordsOf(consumer).Skip(before).ToList();
        Assert.Equal("force-reload", told[0]);
        Assert.Equal(["die goes", "destroy goes"], told.Where(w => w.EndsWith("goes", StringComparison.Ordinal)));
        Assert.Equal(
            ["create comes", "destroy goes", "die dies", "die goes", "force-reload", "pause paused", "rename new-name", "start comes"],
            told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Proved_resume_lists_nothing()
    {
        Engine.Containers.Add("web");
        var consumer = await WatchReadyAsync(Snapshot);
        await WaitForSnapshotAsync(consumer, 1);
        await SettleAsync(consumer);
        await Engine.CutStreamsAsync(CutMode.Close);
        await SettleAsync(consumer);

        Assert.Single(Engine.Requests, IsSnapshot);
    }

    [Fact]
    public async Task Container_that_changes_while_the_list_is_on_its_way_is_told_from_the_live_events()
    {
        Engine.Containers.Add("web", "exited");
        Engine.Containers.Add("other", "exited");
        var gate = await AnswerStaleListAsync();
        var consumer = await WatchReadyAsync(Snapshot);
        await Engine.WaitForRequestAsync(IsSnapshot, 2);
        await Engine.Containers.StartAsync("web");
        await consumer.WaitForAsync("start web");
        gate.SetResult();
        await consumer.WaitForAsync("create other");
        await SettleAsync(consumer);

        Assert.Equal(["start web", "create other"], WordsOf(consumer));
    }

    [Fact]
    public async Task Change_that_a_live_event_of_the_container_hid_from_the_list_is_told_by_the_next_one()
    {
        Engine.Containers.Add("web", "exited");
        var consumer = await WatchReadyAsync(Snapshot);
        await consumer.WaitForAsync("create web");
        var gate = new TaskCompletionSource();
        Engine.Faults.Next(1, Fault.HoldHeadersUntil(gate.Task), IsSnapshot);
        await Engine.RestartAsync(containers => containers.Get("web").State = "running");
        await Engine.WaitForRequestAsync(IsSnapshot, 2);

        // Says nothing of whether it runs, and must not keep the list from saying it.
        Engine.Emit("rename", "web");
        await consumer.WaitForAsync("rename web");
        gate.SetResult();

        await consumer.WaitForAsync("start web");
    }

    [Fact]
    public async Task Container_destroyed_while_away_is_told_to_whom_filters_by_its_label()
    {
        Engine.Containers.Add(new FakeContainer("web") { State = "running", Labels = new(StringComparer.Ordinal) { ["app"] = "shop" } });
        Engine.Containers.Add("other");
        var consumer = await WatchReadyAsync(o =>
        {
            o.Snapshot = true;
            o.Filters = DockerFilters.Label("app", "shop");
        });
        await consumer.WaitForAsync("start web");
        await Engine.RestartAsync(containers =>
        {
            containers.Forget(containers.Get("web"));
            containers.Forget(containers.Get("other"));
        });
        var gone = await consumer.WaitForAsync("destroy web");

        Assert.Equal(["create web", "start web", "force-reload", "die web", "destroy web"], consumer.Words);
        Assert.Equal("shop", gone.ActorAttributes["app"]);
    }

    [Fact]
    public async Task Attributes_of_a_passing_event_are_not_told_of_a_container_that_is_gone()
    {
        var consumer = await WatchReadyAsync(Snapshot);
        await Engine.Containers.CreateAsync(new FakeContainer("web") { Labels = new(StringComparer.Ordinal) { ["app"] = "shop" } });
        await Engine.Containers.StartAsync("web");
        await Engine.Containers.ExitAsync(Engine.Containers.Get("web"), 3);
        await consumer.WaitForAsync("die web");
        await Engine.RestartAsync(containers => containers.Forget(containers.Get("web")));
        var gone = await consumer.WaitForAsync("destroy web");

        Assert.Equal("shop", gone.ActorAttributes["app"]);
        Assert.False(gone.ActorAttributes.ContainsKey("exitCode"));
    }

    [Fact]
    public async Task Container_that_waits_for_its_restart_is_not_told_as_started()
    {
        Engine.Containers.Add("loop", "restarting");
        Engine.Containers.Add("web");
        var consumer = await WatchReadyAsync(Snapshot);
        await consumer.WaitForAsync("start web");
        await SettleAsync(consumer);

        Assert.DoesNotContain("start loop", consumer.Words);
    }

    [Fact]
    public async Task Filter_by_action_lets_only_that_be_told()
    {
        Engine.Containers.Add("web");
        var consumer = await WatchReadyAsync(o =>
        {
            o.Snapshot = true;
            o.Filters = DockerFilters.Start + DockerFilters.Die;
        });
        await consumer.WaitForAsync("start web");
        await Engine.RestartAsync(containers => containers.Forget(containers.Get("web")));
        await consumer.WaitForAsync("die web");
        Assert.Equal(["start web", "force-reload", "die web"], consumer.Words);
    }

    [Fact]
    public async Task Overflow_is_followed_by_what_the_consumer_did_not_get()
    {
        var stream = new DockerWatcher(Options(o =>
        {
            o.Snapshot = true;
            o.Capacity = 10;
        })).Watch();
        await stream.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        await Engine.WaitForRequestAsync(IsSnapshot);
        for (var i = 0; i < 50; i++)
        {
            await Engine.Containers.CreateAsync(new FakeContainer($"c{i}"));
            await Engine.Containers.StartAsync($"c{i}");
        }

        await EventWatcher.TestKit.Eventually.TrueAsync(() => stream.Statistics.Emitted >= 100);
        var consumer = Consume(stream);
        await consumer.WaitUntilAsync(
            () => consumer.Events.Where(e => e.Action == EventAction.ContainerStart).Select(e => e.ActorName).Distinct().Count() == 50,
            "every container");

        Assert.NotEmpty(consumer.Reloads);
        Assert.All(consumer.Events.GroupBy(e => e.ToString()).Where(g => g.Key != "force-reload"), g => Assert.Single(g));
        Assert.Contains(consumer.Errors, e => e is WatcherOverflowException);
    }

    [Fact]
    public async Task List_that_fails_is_tried_again_and_reported_once()
    {
        Engine.Containers.Add("web");
        Engine.Faults.Next(5, Fault.Answer(500, "no list today"), IsSnapshot);
        var consumer = await WatchReadyAsync(Snapshot);
        await consumer.WaitForAsync("start web");

        Assert.Contains("no list today", Assert.Single(consumer.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(6, Engine.Requests.Count(IsSnapshot));
    }

    [Fact]
    public async Task Without_the_option_nothing_is_listed()
    {
        Engine.Containers.Add("web");
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        Assert.Empty(WordsOf(consumer));
        Assert.DoesNotContain(Engine.Requests, IsSnapshot);
    }

    /// <summary>The next list says what is so now, but only when the gate is opened.</summary>
    private async Task<TaskCompletionSource> AnswerStaleListAsync()
    {
        using var client = new EngineClient(Engine);
        var (_, body) = await client.SendAsync("GET", "/v1.41/containers/json?all=1");
        var gate = new TaskCompletionSource();
        Engine.Faults.Next(
            1,
            Fault.HoldHeadersUntil(gate.Task) with { Status = 200, Body = System.Text.Encoding.UTF8.GetBytes(body) },
            IsSnapshot);
        return gate;
    }

    private static bool IsSnapshot(RecordedRequest request) => request.Path == "/containers/json";

    private static void Snapshot(DockerWatcherOptions options) => options.Snapshot = true;

    private static Task WaitForSnapshotAsync(Consumer consumer, int containers) => consumer.WaitUntilAsync(
        () => consumer.Events.Count(e => e.Action == EventAction.ContainerStart) == containers, $"{containers} containers told");
}
