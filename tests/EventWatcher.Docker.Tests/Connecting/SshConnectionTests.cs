using System.Diagnostics;
using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

public sealed class SshConnectionTests
{
    [Fact]
    public async Task Ssh_calls_pass_one_after_another_over_one_process()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        var id = engine.Containers.Add("web").Id;
        using var ssh = SshStandIn.To(engine);
        await using (var client = ssh.Client())
        {
            Assert.Equal("ssh://me@host", client.Name);
            Assert.Equal(id, Assert.Single(await client.ListContainersAsync(new DockerListRequest { All = true }).WaitAsync(EngineTest.Deadline)).Id);
            await client.StopContainerAsync(id).WaitAsync(EngineTest.Deadline);
            Assert.Equal("exited", (await client.InspectContainerAsync(id).WaitAsync(EngineTest.Deadline)).State.Status);
            Assert.Single(ssh.Living);
        }

        Assert.Single(ssh.Runs);
        await NoneIsLeftAsync(ssh);
    }

    [Fact]
    public async Task Ssh_is_called_with_these_arguments()
    {
        using var ssh = new SshStandIn("exit 255");
        await using var client = ssh.Client("ssh://me@host:2222/run/user/1000/docker.sock", TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync().WaitAsync(EngineTest.Deadline));

        Assert.Equal(
            "-o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=30 -o ServerAliveCountMax=2 -o ClearAllForwardings=yes -T -p 2222 -l me -- host "
            + "docker --host unix:///run/user/1000/docker.sock system dial-stdio",
            string.Join(' ', ssh.Arguments));
    }

    [Fact]
    public void Arguments_what_is_not_said_is_left_to_ssh()
    {
        var endpoint = DockerEndpointResolver.Resolve(new DockerEngineOptions { Endpoint = "ssh://host", SshConfigFile = "/etc/my ssh" }, new FakeEnvironment()).Endpoint!;
        Assert.Equal(
            ["-T", "-F", "/etc/my ssh", "--", "host", "docker", "system", "dial-stdio"],
            SshProgram.Arguments(endpoint, TimeSpan.FromMilliseconds(1)).SkipWhile(static argument => argument != "-T"));
        Assert.Contains("ConnectTimeout=1", SshProgram.Arguments(endpoint, TimeSpan.FromMilliseconds(1)));
    }

    [Theory]
    [InlineData("printf 'me@host: Permission denied (publickey).\\r\\n' >&2; exit 255", "ssh ended with 255 and said: me@host: Permission denied (publickey)..")]
    [InlineData("exit 255", "ssh ended with 255 and said nothing")]
    [InlineData("echo 'docker: command not found' >&2; exit 127", "found no program \"docker\" there and said: docker: command not found.")]
    [InlineData("printf 'one\\n\\n\\033two' >&2; exit 1", "\"docker system dial-stdio\" at the host ended with 1 and said: one; ?two.")]
    [InlineData("exit 0", "ended with 0 and said nothing")]
    [InlineData("exec >&-; exec sleep 1000", "the connection ended before the engine answered")]
    [InlineData("echo Welcome; cat >/dev/null", "no Docker engine (does a start-up file")]
    [InlineData("printf 'HTTP/1.1 200 OK\\r\\n\\r\\nmore'; cat >/dev/null", "no Docker engine (does a start-up file")]
    public async Task Ssh_that_fails_is_reported_once_and_in_its_own_words(string body, string words)
    {
        using var ssh = new SshStandIn(body);
        await using var client = ssh.Client();

        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync().WaitAsync(EngineTest.Deadline));

        Assert.Equal(DockerUnreachableReason.SshFailed, exception.Reason);
        Assert.StartsWith("The Docker engine at ssh://me@host cannot be reached: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.Single(ssh.Runs);
        await NoneIsLeftAsync(ssh);
    }

    [Fact]
    public async Task Ssh_that_talks_without_end_is_neither_held_up_nor_quoted_at_length()
    {
        using var ssh = new SshStandIn("for ((i = 0; i < 20000; i++)); do echo 'a line of a banner that nobody reads' >&2; done; echo last >&2; exit 255");
        await using var client = ssh.Client();

        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync().WaitAsync(EngineTest.Deadline));

        Assert.Contains("; last.", exception.Message, StringComparison.Ordinal);
        Assert.InRange(exception.Message.Length, 1_000, 1_500);
    }

    [Fact]
    public async Task Ssh_that_hangs_is_ended_by_the_timeout()
    {
        using var ssh = new SshStandIn("exec sleep 1000");
        await using var client = ssh.Client(timeout: TimeSpan.FromSeconds(1));

        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync().WaitAsync(EngineTest.Deadline));

        Assert.Equal(DockerUnreachableReason.TimedOut, exception.Reason);
        await NoneIsLeftAsync(ssh);
    }

    [Fact]
    public async Task Ssh_that_hangs_is_ended_by_cancellation()
    {
        using var ssh = new SshStandIn("exec sleep 1000");
        await using var client = ssh.Client();
        using var stop = new CancellationTokenSource();
        var ping = client.PingAsync(stop.Token);
        await Eventually.TrueAsync(() => ssh.Runs.Count == 1);

        await stop.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ping.WaitAsync(EngineTest.Deadline));
        Assert.Equal(stop.Token, exception.CancellationToken);
        await NoneIsLeftAsync(ssh);
    }

    [Fact]
    public async Task Ssh_missing_on_path_is_said()
    {
        using var ssh = new SshStandIn("");
        ssh.Environment.Variables["PATH"] = "/absent";
        await using var client = ssh.Client();

        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync().WaitAsync(EngineTest.Deadline));

        Assert.Equal(DockerUnreachableReason.SshFailed, exception.Reason);
        Assert.Contains("there is no program ssh on PATH", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_whose_process_is_killed_is_cut_and_another_one_can_be_opened()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        using var ssh = SshStandIn.To(engine);
        await using var client = ssh.Client();
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        Assert.Equal(engine.Emit("start", "before").Id, (await stream.NextAsync()).ActorId);

        Process.GetProcessById(Assert.Single(ssh.Living)).Kill();
        await engine.CutConnectionsAsync();

        await Assert.ThrowsAsync<DockerStreamCutException>(() => stream.NextAsync());
        await using var second = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        Assert.Equal(engine.Emit("start", "after").Id, (await second.NextAsync()).ActorId);
    }

    [Fact]
    public async Task Stream_that_ssh_lost_is_cut_with_its_words()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        using var ssh = SshStandIn.To(engine, "echo 'Timeout, server host not responding.' >&2; exit 255");
        await using var client = ssh.Client();
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);

        await engine.CutConnectionsAsync();

        var exception = await Assert.ThrowsAsync<DockerStreamCutException>(() => stream.NextAsync());
        Assert.Contains("Timeout, server host not responding.", exception.Message, StringComparison.Ordinal);
        await NoneIsLeftAsync(ssh);
    }

    [Fact]
    public async Task DisposeAsync_ends_every_process_also_those_of_streams()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        using var ssh = SshStandIn.To(engine);
        var client = ssh.Client();
        var streams = new[] { await client.OpenAsync(), await client.OpenAsync(), await client.OpenAsync() };
        await client.PingAsync().WaitAsync(EngineTest.Deadline);
        Assert.Equal(4, ssh.Living.Count);

        await streams[0].DisposeAsync();
        await client.DisposeAsync();

        await NoneIsLeftAsync(ssh);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => streams[1].NextAsync());
    }

    // The kernel has told this process of each end by then, or does so at once: a zombie that stays would stay for ever.
    private static Task NoneIsLeftAsync(SshStandIn ssh) => Eventually.TrueAsync(() => ssh.Living.Count == 0);
}
