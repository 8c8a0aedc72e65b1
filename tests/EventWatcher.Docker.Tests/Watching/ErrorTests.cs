namespace EventWatcher.Docker.Tests;

public sealed class ErrorTests : WatcherTest
{
    [Fact]
    public async Task State_goes_from_connecting_over_ready_and_interrupted_to_completed()
    {
        var ping = new TaskCompletionSource();
        Engine.Faults.Next(1, Fault.HoldHeadersUntil(ping.Task), r => r.Path == "/_ping");
        var consumer = Watch();
        Assert.Equal(WatchState.Connecting, consumer.Stream.State);
        ping.SetResult();
        await consumer.ReadyAsync();
        Assert.Equal(WatchState.Ready, consumer.Stream.State);
        await SettleAsync(consumer);

        await Engine.StopListeningAsync();
        await Engine.CutConnectionsAsync();
        await consumer.WaitForStateAsync(WatchState.Interrupted);
        Engine.StartListening();
        await consumer.WaitForStateAsync(WatchState.Ready);
        await consumer.DisposeAsync();
        Assert.Equal(WatchState.Completed, consumer.Stream.State);
    }

    [Theory]
    [InlineData("gone", "there is no such socket")]
    [InlineData("refused", "nobody listens there")]
    [InlineData("500", "(500): the engine's own words")]
    [InlineData("502 page", "502")]
    [InlineData("no answer", "lost before its answer was complete")]
    public async Task Error_names_the_endpoint_and_what_is_wrong(string fault, string words)
    {
        switch (fault)
        {
            case "gone": await Engine.StopAsync(); break;
            case "refused": await Engine.StopAsync(keepSocketFile: true); break;
            case "500": Engine.Faults.Calls = Engine.Faults.Streams = Fault.Answer(500, "the engine's own words"); break;
            case "502 page": Engine.Faults.Calls = Engine.Faults.Streams = Fault.NotJson(502); break;
            default: Engine.Faults.Calls = Engine.Faults.Streams = new Fault { NoAnswer = true }; break;
        }

        var consumer = Watch(o => o.RetryDelay = o.MaxRetryDelay = TimeSpan.FromMinutes(1));
        await consumer.WaitForErrorsAsync(1);
        var error = Assert.Single(consumer.Errors);
        Assert.Contains(Engine.Endpoint, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.IsType<DockerEngineException>(error.InnerException, exactMatch: false);
        Assert.Equal(consumer.Stream.Name, error.WatcherName);
    }

    [Fact]
    public async Task Engine_that_does_not_answer_is_given_up_after_the_time_out()
    {
        Engine.Faults.Calls = Fault.WithholdHeaders();
        var consumer = Watch(o => o.Timeout = TimeSpan.FromMilliseconds(100));
        await consumer.WaitForErrorsAsync(1);
        Assert.Equal(DockerUnreachableReason.TimedOut, Assert.IsType<DockerUnreachableException>(consumer.Errors[0].InnerException).Reason);
        Engine.Faults.Reset();
        await consumer.ReadyAsync();
    }

    [Fact]
    public async Task Memory_that_is_not_answered_is_given_up_after_the_time_out_and_says_so()
    {
        Engine.Faults.Next(1, Fault.WithholdHeaders(), r => r.IsBoundedRead);
        var consumer = Watch(o => o.Timeout = TimeSpan.FromMilliseconds(100));
        await consumer.ReadyAsync();
        await SettleAsync(consumer);

        var error = Assert.Single(consumer.Errors);
        Assert.Contains("bounded read", error.Message, StringComparison.Ordinal);
        Assert.Equal(["force-reload"], WordsOf(consumer));
    }

    [Fact]
    public void Bad_options_are_refused_all_at_once_with_value_and_what_is_allowed()
    {
        var exception = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => new DockerWatcher(new DockerWatcherOptions
        {
            Endpoint = "nonsense://x",
            Name = " ",
            RetryDelay = TimeSpan.Zero,
            MaxRetryDelay = TimeSpan.FromSeconds(-1),
            AuditInterval = TimeSpan.FromMilliseconds(1),
            Capacity = 0,
            Resume = (DockerResume)7,
            Timeout = TimeSpan.Zero,
        }));

        foreach (var name in (string[])["Endpoint", "Name", "RetryDelay", "MaxRetryDelay", "AuditInterval", "Capacity", "Resume", "Timeout"])
        {
            Assert.Contains(exception.Failures, failure => failure.Contains(name, StringComparison.Ordinal));
        }

        Assert.Contains(exception.Failures, failure => failure.Contains("00:00:00.0010000", StringComparison.Ordinal) && failure.Contains("00:00:01", StringComparison.Ordinal));
    }
}
