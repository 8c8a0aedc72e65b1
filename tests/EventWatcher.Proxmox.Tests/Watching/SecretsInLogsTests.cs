using EventWatcher.TestKit;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Whatever goes wrong while a cluster repeats what it was sent, no line of the log and no error has the secret in it.</summary>
public sealed class SecretsInLogsTests : WatcherTest
{
    [Fact]
    public async Task Trouble_of_every_kind_logs_no_secret()
    {
        var log = new Lines();
        var token = Server.Token;
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync(logger: log);
        foreach (var status in (int[])[500, 403, 501, 596, 401])
        {
            Server.Inject(FakeProxmoxFault.Answer(status, $"no {token}", $"you sent {token}"), "/cluster/", times: 2);
            Server.Inject(FakeProxmoxFault.Answer(status, $"no {token}", $"you sent {token}"), "/status/current");
            Server.Act(101, Server.Guests["lxc/101"].Status == "running" ? "stop" : "start");
            await PassAsync(90);
        }

        Server.RevokeToken();
        await PassAsync(60);

        var secret = token.Split('=')[1];
        Assert.Contains(log.Said, static line => line.Contains('…', StringComparison.Ordinal));
        Assert.All(log.Said, line => Assert.DoesNotContain(secret, line, StringComparison.Ordinal));
        Assert.NotEmpty(Errors());
        Assert.All(Errors(), error => Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal));
    }

    private sealed class Lines : ILogger<ProxmoxWatcher>
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Said
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
