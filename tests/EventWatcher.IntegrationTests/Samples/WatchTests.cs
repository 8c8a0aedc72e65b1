using System.Text.Json;

namespace EventWatcher.IntegrationTests;

/// <summary>The main job, as its user has it.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class WatchTests(DockerEngineFixture fixture)
{
    private const string Ready = """{"ready":"docker"}""";

    [SkippableFact]
    public async Task Watch_json_says_ready_and_then_one_object_an_event()
    {
        fixture.SkipUnlessAvailable();
        await using var watch = SampleProcess.Watch("--docker", fixture.Host.Endpoint, "--json", "--max-batch", "1");
        Assert.Equal(Ready, await watch.WaitForLineAsync(_ => true));

        var id = await fixture.Control.CreateAsync(new ContainerSpec { Name = "ew-watch", Labels = new Dictionary<string, string> { ["a"] = "ü\"\\\n" } });
        await fixture.Control.RemoveAsync(id);
        _ = await watch.WaitForLineAsync(line => line.Contains("\"destroy\"", StringComparison.Ordinal));
        watch.Signal(Posix.SigTerm);

        Assert.Equal((0, ""), await watch.EndAsync());
        Assert.Equal(3, watch.Lines.Count);
        using var create = JsonDocument.Parse(watch.Lines[1]);
        Assert.Equal(
            ["batch", "type", "action", "actorName", "actorId", "source", "timestamp", "attributes"],
            create.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1, create.RootElement.GetProperty("batch").GetInt32());
        Assert.Equal("docker", create.RootElement.GetProperty("type").GetString());
        Assert.Equal("create", create.RootElement.GetProperty("action").GetString());
        Assert.Equal("ew-watch", create.RootElement.GetProperty("actorName").GetString());
        Assert.Equal(id, create.RootElement.GetProperty("actorId").GetString());
        Assert.Equal(fixture.Host.Endpoint, create.RootElement.GetProperty("source").GetString());
        Assert.True(create.RootElement.GetProperty("timestamp").TryGetDateTimeOffset(out _));
        Assert.Equal("ü\"\\\n", create.RootElement.GetProperty("attributes").GetProperty("a").GetString());
        using var destroy = JsonDocument.Parse(watch.Lines[2]);
        Assert.Equal(2, destroy.RootElement.GetProperty("batch").GetInt32());
    }

    [SkippableFact]
    public async Task Watch_engine_appears_later_one_plain_line_then_events_without_colours()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        await proxy.RefuseAsync();
        await using var watch = SampleProcess.Watch("--docker", proxy.Endpoint, "--flush", "50ms");

        var first = await watch.WaitForLineAsync(_ => true);
        proxy.Accept();
        _ = await watch.WaitForLineAsync(line => line == $"Watching docker at {proxy.Endpoint}. Ctrl+C ends.");
        var id = await fixture.Control.CreateAsync(new ContainerSpec { Name = "ew-later" });
        await fixture.Control.RemoveAsync(id);
        var destroy = await watch.WaitForLineAsync(line => line.Contains("  destroy ", StringComparison.Ordinal));
        watch.Signal(Posix.SigInt);

        Assert.Equal((0, ""), await watch.EndAsync());
        Assert.Contains(proxy.Endpoint, first, StringComparison.Ordinal);
        Assert.EndsWith("Trying again until it is there. Ctrl+C ends.", first, StringComparison.Ordinal);
        Assert.Equal($"Watching docker at {proxy.Endpoint}. Ctrl+C ends.", watch.Lines[1]);
        Assert.Contains("  force-reload  ", watch.Lines[2], StringComparison.Ordinal);
        Assert.Contains($"  ew-later              {id[..12]}  image=", destroy, StringComparison.Ordinal);
        Assert.DoesNotContain(watch.Lines, line => line.Contains('\e'));
    }

    [Fact]
    public async Task Watch_json_without_an_engine_says_so_in_one_object()
    {
        await using var watch = SampleProcess.Watch("--docker", "unix:///tmp/ew-absent.sock", "--json");

        using var error = JsonDocument.Parse(await watch.WaitForLineAsync(_ => true));
        watch.Signal(Posix.SigTerm);

        Assert.Equal((0, ""), await watch.EndAsync());
        Assert.Equal(["error", "source"], error.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("unix:///tmp/ew-absent.sock", error.RootElement.GetProperty("source").GetString());
        Assert.Single(watch.Lines);
    }

    [SkippableTheory]
    [InlineData(Posix.SigInt, true)]
    [InlineData(Posix.SigTerm, true)]
    [InlineData(Posix.SigTerm, false)]
    public async Task Watch_signal_while_the_engine_hangs_ends_it(int signal, bool beforeReady)
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        if (beforeReady)
        {
            proxy.Stall();
        }

        await using var watch = SampleProcess.Watch("--docker", proxy.Endpoint);
        _ = await watch.WaitForLineAsync(line => line.StartsWith(beforeReady ? "Waiting for docker" : "Watching docker", StringComparison.Ordinal));
        proxy.Stall();
        watch.Signal(signal);

        Assert.Equal((0, ""), await watch.EndAsync());
    }

    [SkippableFact]
    public async Task Watch_signal_while_nobody_takes_the_output_ends_it_and_is_no_crash()
    {
        fixture.SkipUnlessAvailable();
        await using var watch = SampleProcess.WatchUnread("--docker", fixture.Host.Endpoint, "--json", "--flush", "50ms");
        await Deadline.UntilAsync(async () => await ListenersAsync() > 0, () => "a subscription");
        await FillPipeAsync();
        watch.Signal(Posix.SigTerm);

        Assert.Equal((0, ""), await watch.EndAsync());
    }

    [SkippableFact]
    public async Task Watch_reader_goes_away_ends_it()
    {
        fixture.SkipUnlessAvailable();
        await using var watch = SampleProcess.WatchUnread("--docker", fixture.Host.Endpoint, "--flush", "50ms");
        await Deadline.UntilAsync(async () => await ListenersAsync() > 0, () => "a subscription");
        watch.CloseOutput();
        await fixture.Control.RemoveAsync(await fixture.Control.CreateAsync());

        Assert.Equal((0, ""), await watch.EndAsync());
    }

    [SkippableFact]
    public async Task Watch_label_with_control_characters_steers_no_terminal()
    {
        fixture.SkipUnlessAvailable();
        await using var watch = SampleProcess.Watch("--docker", fixture.Host.Endpoint, "--flush", "50ms");
        _ = await watch.WaitForLineAsync(line => line.StartsWith("Watching", StringComparison.Ordinal));

        var id = await fixture.Control.CreateAsync(new ContainerSpec { Labels = new Dictionary<string, string> { ["exitCode"] = "\e[2J\nfeigned" } });
        await fixture.Control.RemoveAsync(id);

        Assert.EndsWith("exitCode=?[2J?feigned", await watch.WaitForLineAsync(line => line.Contains("  create ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--flush is \"0\"", "--flush", "0")]
    [InlineData("--flush is \"5\"", "--flush", "5")]
    [InlineData("--flush is \"2d\"", "--flush", "2d")]
    [InlineData("--flush is \"-1s\"", "--flush", "-1s")]
    [InlineData("--max-batch is \"0\"", "--max-batch", "0")]
    [InlineData("--max-batch is \"-1\"", "--max-batch", "-1")]
    [InlineData("--max-batch is \"many\"", "--max-batch", "many")]
    [InlineData("\"--colour\" is not an argument", "--colour")]
    [InlineData("Endpoint is \"nowhere\"", "--docker", "nowhere")]
    [InlineData("nothing to watch", "--docker", "off")]
    public async Task Watch_bad_argument_is_refused_with_its_value(string message, params string[] arguments)
    {
        await using var watch = SampleProcess.Watch(arguments);

        var (code, errors) = await watch.EndAsync();

        Assert.Equal(2, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Empty(watch.Lines);
    }

    [Fact]
    public async Task Watch_help_is_output_and_no_error()
    {
        await using var watch = SampleProcess.Watch("--help");

        Assert.Equal((0, ""), await watch.EndAsync());
        Assert.Contains(watch.Lines, line => line.StartsWith("usage: dotnet run --project samples/Watch -- ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task CustomWatcher_shows_its_own_events_beside_the_engine_s()
    {
        fixture.SkipUnlessAvailable();
        await using var sample = SampleProcess.CustomWatcher(fixture.Host.Endpoint);
        _ = await sample.WaitForLineAsync(line => line.Contains(" load custom-", StringComparison.Ordinal));
        await Deadline.UntilAsync(async () => await ListenersAsync() > 0, () => "a subscription");

        await fixture.Control.RemoveAsync(await fixture.Control.CreateAsync(new ContainerSpec { Name = "ew-beside" }));

        _ = await sample.WaitForLineAsync(line => line.EndsWith(" docker create ew-beside", StringComparison.Ordinal));
        sample.Signal(Posix.SigTerm);
        Assert.Equal(0, (await sample.EndAsync()).Code);
    }

    private async Task<int> ListenersAsync() => (await fixture.Control.InfoAsync())["NEventsListener"]!.GetValue<int>();

    /// <summary>A pipe holds 64 KiB, and every line repeats the labels.</summary>
    private async Task FillPipeAsync()
    {
        var labels = new Dictionary<string, string> { ["filling"] = new string('x', 50_000) };
        for (var i = 0; i < 3; i++)
        {
            await fixture.Control.RemoveAsync(await fixture.Control.CreateAsync(new ContainerSpec { Labels = labels }));
        }
    }
}
