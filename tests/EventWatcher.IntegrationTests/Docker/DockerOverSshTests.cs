using EventWatcher.Docker;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary>The engine at the other end of a real ssh connection.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class DockerOverSshTests(DockerEngineFixture fixture, ITestOutputHelper output)
{
    [SkippableFact]
    public async Task Watch_ssh_killed_during_operations_equals_docker_events_and_leaves_no_process()
    {
        SkipUnlessAvailable();
        var seed = WatchedScript.Seed(output);
        var listeners = await ListenersAsync();
        await using var server = await SshServer.StartAsync(fixture.Host.Socket);
        await using (var recorder = await EventRecorder.StartAsync(fixture.Host))
        {
            await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions
            {
                Endpoint = $"ssh://{SshServer.Host}{fixture.Host.Socket}",
                SshConfigFile = server.ClientConfig,
                RetryDelay = TimeSpan.FromMilliseconds(300),
                MaxRetryDelay = TimeSpan.FromSeconds(1),
            });
            try
            {
                for (var round = 0; round < 3; round++)
                {
                    var script = new ScriptedOperations(fixture.Control, seed + round, operations: 20, containers: 3).RunAsync();
                    await recorder.WaitForCountAsync((round * 20) + 5);
                    await Deadline.UntilAsync(() => OurSsh().Count > 0, () => "an ssh process");
                    foreach (var id in OurSsh())
                    {
                        Posix.Signal(id, Posix.SigKill);
                    }

                    await script;
                }

                await recorder.WaitUntilQuietAsync();
                var expected = WatchedScript.Lines(recorder);
                await watched.WaitForCountAsync(expected.Count);
                output.WriteLine($"{expected.Count} events, {watched.Errors.Count} errors");
                Assert.Equal(0, watched.ForceReloads);
                WatchedScript.AssertSameSequence(expected, watched.Lines);
            }
            finally
            {
                await fixture.Control.RemoveAllAsync();
            }
        }

        Assert.Empty(OurSsh());
        await Deadline.UntilAsync(() => server.Sessions.Count == 0, () => "the end of the server's sessions");
        await Deadline.UntilAsync(async () => await ListenersAsync() <= listeners, () => "the end of the streams at the engine");
    }

    [SkippableFact]
    public async Task Provider_over_ssh_lists_starts_and_stops_and_leaves_no_process()
    {
        SkipUnlessAvailable();
        await using var server = await SshServer.StartAsync(fixture.Host.Socket);
        var id = new ContainerId(await fixture.Control.CreateAsync());
        try
        {
            // No path: the engine is the one that is used there.
            await using (var provider = new DockerContainerProvider(Options(server.ClientConfig)))
            {
                await provider.StartAsync(id);
                Assert.Equal(ContainerStatus.Running, await provider.GetStatusAsync(id));
                Assert.Contains(await provider.ListAsync(), item => item.Id == id);
                await provider.StopAsync(id);
                Assert.Equal(ContainerStatus.Stopped, await provider.GetStatusAsync(id));
                Assert.Single(OurSsh());
            }

            Assert.Empty(OurSsh());
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Ping_refusals_are_told_in_the_words_of_ssh()
    {
        SkipUnlessAvailable();
        await using var server = await SshServer.StartAsync(fixture.Host.Socket);

        Assert.Contains("Permission denied (publickey)", await FailureAsync(Options(server.StrangersConfig)), StringComparison.Ordinal);
        Assert.Contains("Host key verification failed", await FailureAsync(Options(server.UnknownHostConfig)), StringComparison.Ordinal);
        Assert.Contains("/absent/docker.sock", await FailureAsync(Options(server.ClientConfig, "/absent/docker.sock")), StringComparison.Ordinal);
        Assert.Empty(OurSsh());
    }

    private static DockerEngineOptions Options(string config, string path = "") =>
        new() { Endpoint = $"ssh://{SshServer.Host}{path}", SshConfigFile = config, Timeout = Deadline.Generous };

    private static async Task<string> FailureAsync(DockerEngineOptions options)
    {
        await using var engine = new DockerEngine(options);
        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => engine.PingAsync());
        Assert.Equal(DockerUnreachableReason.SshFailed, exception.Reason);
        return exception.Message;
    }

    private static IReadOnlyList<int> OurSsh() => ProcessTable.ChildrenOf(Environment.ProcessId, "ssh");

    private void SkipUnlessAvailable()
    {
        fixture.SkipUnlessPrivate();
        Skip.If(SshServer.Program is null, "sshd is not installed (Debian's package is openssh-server).");
    }

    private async Task<int> ListenersAsync() => (await fixture.Control.InfoAsync())["NEventsListener"]!.GetValue<int>();
}
