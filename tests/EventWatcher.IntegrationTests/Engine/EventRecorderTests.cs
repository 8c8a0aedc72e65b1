namespace EventWatcher.IntegrationTests;

[Collection(DockerEngineCollection.Name)]
public sealed class EventRecorderTests(DockerEngineFixture fixture)
{
    private static readonly string[] Lifecycle = ["create", "start", "kill", "die", "stop", "start", "pause", "unpause", "kill", "die", "destroy"];

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_a_containers_life_in_order(bool ownStream)
    {
        fixture.SkipUnlessAvailable();
        await using var recorder = await EventRecorder.StartAsync(fixture.Host, ownStream);

        var id = await fixture.Control.RunAsync();
        await fixture.Control.StopAsync(id);
        await fixture.Control.StartAsync(id);
        await fixture.Control.PauseAsync(id);
        await fixture.Control.UnpauseAsync(id);
        await fixture.Control.KillAsync(id);
        await fixture.Control.RemoveAsync(id);

        await recorder.WaitForCountAsync(Lifecycle.Length, recorded => string.Equals(recorded.Id, id, StringComparison.Ordinal));
        await recorder.WaitUntilQuietAsync();
        Assert.Equal(Lifecycle, recorder.ActionsOf(id));
        var times = recorder.Events.Select(recorded => recorded.TimeNano).ToList();
        Assert.Equal(times.Order(), times);
    }

    [SkippableFact]
    public async Task Completion_engine_killed_ends()
    {
        fixture.SkipUnlessPrivate();
        await using var recorder = await EventRecorder.StartAsync(fixture.Host);
        Assert.False(recorder.Completion.IsCompleted);

        await fixture.Host.KillAsync();
        await recorder.Completion.WaitAsync(Deadline.Generous);

        await fixture.Host.StartAsync();
    }
}
