namespace EventWatcher.IntegrationTests;

[Collection(DockerEngineCollection.Name)]
public class EventRecorderTests(DockerEngineFixture fixture)
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_a_containers_life_in_order(bool ownStream)
    {
        fixture.SkipUnlessAvailable();
        string[] lifecycle = ["create", "start", .. fixture.Traits.Stop, "start", "pause", "unpause", "kill", "die", fixture.Traits.Removed];
        await using var recorder = await EventRecorder.StartAsync(fixture.Host, ownStream);

        var id = await fixture.Control.RunAsync();
        await fixture.Control.StopAsync(id);
        await fixture.Control.StartAsync(id);
        await fixture.Control.PauseAsync(id);
        await fixture.Control.UnpauseAsync(id);
        await fixture.Control.KillAsync(id);
        await fixture.Control.RemoveAsync(id);

        await recorder.WaitForCountAsync(1, recorded => string.Equals(recorded.Id, id, StringComparison.Ordinal) && string.Equals(recorded.Action, fixture.Traits.Removed, StringComparison.Ordinal));
        await recorder.WaitUntilQuietAsync();
        Assert.Equal(lifecycle, fixture.Traits.Certain(recorder.ActionsOf(id)));
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
