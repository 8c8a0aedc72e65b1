namespace EventWatcher.IntegrationTests;

[Collection(DockerEngineCollection.Name)]
public sealed class DockerEngineHostTests(DockerEngineFixture fixture)
{
    [SkippableFact]
    public async Task OpenAsync_engine_answers_has_the_image_and_runs_a_container()
    {
        fixture.SkipUnlessAvailable();

        Assert.True(await fixture.Control.AnswersAsync());
        Assert.True(await fixture.Control.HasImageAsync(DockerEngineHost.Image));
        var id = await fixture.Control.RunAsync();
        try
        {
            Assert.Equal("running", (await fixture.Control.FindAsync(id))?.State);
        }
        finally
        {
            await fixture.Control.RemoveAsync(id);
        }

        Assert.Null(await fixture.Control.FindAsync(id));
    }

    [SkippableFact]
    public async Task KillAsync_and_StartAsync_containers_are_listed_again_and_stopped()
    {
        fixture.SkipUnlessPrivate();
        var running = await fixture.Control.RunAsync();
        var paused = await fixture.Control.RunAsync();
        await fixture.Control.PauseAsync(paused);
        var created = await fixture.Control.CreateAsync();
        try
        {
            var before = fixture.Host.ProcessId;
            await fixture.Host.KillAsync();
            Assert.False(await fixture.Control.AnswersAsync());

            await fixture.Host.StartAsync();
            Assert.NotEqual(before, fixture.Host.ProcessId);
            var states = (await fixture.Control.ListAsync()).ToDictionary(container => container.Id, container => container.State, StringComparer.Ordinal);
            Assert.Equal("exited", states[running]);
            Assert.Equal("exited", states[paused]);
            Assert.Equal("created", states[created]);
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Suspend_engine_is_silent_until_resumed()
    {
        fixture.SkipUnlessPrivate();

        fixture.Host.Suspend();
        try
        {
            Assert.False(await fixture.Control.AnswersAsync(TimeSpan.FromMilliseconds(300)));
        }
        finally
        {
            fixture.Host.Resume();
        }

        Assert.True(await fixture.Control.AnswersAsync());
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DisposeAsync_leaves_neither_processes_nor_mounts_nor_files(bool killedBefore)
    {
        fixture.SkipUnlessPrivate();

        var host = await DockerEngineHost.OpenAsync();
        var folder = Path.GetDirectoryName(host.Socket)!;
        try
        {
            _ = await host.Control.RunAsync();
            Assert.NotEmpty(Traces(folder));
            if (killedBefore)
            {
                await host.KillAsync();
            }
        }
        finally
        {
            await host.DisposeAsync();
        }

        Assert.Empty(Traces(folder));
        Assert.False(Directory.Exists(folder));
    }

    private static List<string> Traces(string folder)
    {
        var mounts = File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Contains(folder, StringComparison.Ordinal));
        var processes = Directory.EnumerateDirectories("/proc").Select(process => Path.Combine(process, "cmdline")).Where(File.Exists)
            .Select(ReadOrEmpty).Where(line => line.Contains(folder, StringComparison.Ordinal));
        return [.. mounts, .. processes];
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }
}
