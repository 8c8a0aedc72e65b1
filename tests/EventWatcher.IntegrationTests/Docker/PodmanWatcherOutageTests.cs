using EventWatcher.Docker;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// Podman's service goes away and comes back. Its containers need no service, and what happens to them is written to a
/// file: where Docker can only say that something may have been missed, nothing is here.
/// </summary>
[Collection(PodmanEngineCollection.Name)]
public sealed class PodmanWatcherOutageTests(PodmanEngineFixture fixture)
{
    [SkippableTheory]
    [InlineData(DockerResume.Proved, 0)]
    [InlineData(DockerResume.Never, 2)]
    public async Task Watch_service_killed_what_happens_meanwhile_is_told_when_it_is_back_if_the_stream_is_resumed(DockerResume resume, int reloads)
    {
        fixture.SkipUnlessPrivate();
        var ends = await fixture.Control.RunAsync();
        var lives = await fixture.Control.RunAsync();
        try
        {
            await using var watched = await WatchedEvents.StartAsync(
                new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint, Resume = resume, RetryDelay = TimeSpan.FromMilliseconds(300) });
            await fixture.Control.KillAsync(lives, "SIGCONT");
            await watched.WaitForCountAsync(1);
            var process = await fixture.Control.ProcessIdAsync(ends);

            await fixture.Host.KillAsync();
            Posix.Signal(process, Posix.SigKill);
            await Deadline.UntilAsync(() => !Directory.Exists($"/proc/{process}/fd"), () => "the end of the container");
            await fixture.Host.StartAsync();

            // What resumes nothing tells nothing of the past, and that it does not.
            var isTold = resume == DockerResume.Proved;
            await Deadline.UntilAsync(
                () => watched.ForceReloads >= reloads && (!isTold || watched.Lines.Contains($"die {ends}")),
                () => $"{reloads} force-reloads, or the end that nobody watched. There were:\n{string.Join('\n', watched.Events)}");
            await Deadline.UntilAsync(() => watched.State == WatchState.Ready, () => $"Ready; the state is {watched.State}");
            Assert.Equal("running", (await fixture.Control.FindAsync(lives))?.State);
            Assert.Equal(reloads, watched.ForceReloads);
            Assert.Equal(isTold, watched.Lines.Contains($"die {ends}"));
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }
}
