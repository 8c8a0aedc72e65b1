using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>A server, a clock that both sides go by, and at the end: every request was one that the schema allows.</summary>
public abstract class ProxmoxTest : IAsyncLifetime
{
    private const string Secret = "11111111-2222-3333-4444-555555555555";

    private protected FakeTimeProvider Time { get; } = new();

    private protected FakeProxmox Server { get; private set; } = null!;

    /// <summary>Gets or sets whether this test's requests are those of the library.</summary>
    private protected bool ChecksRequests { get; set; } = true;

    public Task InitializeAsync()
    {
        var options = new FakeProxmoxOptions { TimeProvider = Time };
        Configure(options);
        Server = new FakeProxmox(options);
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        if (ChecksRequests)
        {
            Assert.Empty(Server.Requests.SelectMany(Fixtures.Schema.FaultsOf).Distinct(StringComparer.Ordinal));
        }
    }

    /// <summary>Fails where a message shows a secret.</summary>
    private protected static void AssertHasNoSecret(Exception exception, params string[] secrets)
    {
        var text = exception.ToString();
        Assert.All(secrets.Append(Secret), secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
    }

    private protected virtual void Configure(FakeProxmoxOptions options)
    {
    }

    private protected ProxmoxConnection Connection(ProxmoxCredential? credential = null, string? fingerprint = null, string? authority = null, TimeSpan? timeout = null) => new(
        Server.Endpoint,
        "lab",
        credential ?? new ProxmoxCredential(User: null, Server.Token, File: null),
        authority is null ? (fingerprint ?? Server.Fingerprint).Replace(":", "", StringComparison.Ordinal) : null,
        authority,
        timeout ?? TimeSpan.FromSeconds(10));

    private protected ProxmoxClient NewClient(ProxmoxCredential? credential = null, string? fingerprint = null, string? authority = null, TimeSpan? timeout = null) =>
        new(Connection(credential, fingerprint, authority, timeout), Time);

    private protected T Options<T>()
        where T : ProxmoxOptions, new() => new()
        {
            Endpoint = Server.Endpoint.ToString(),
            Cluster = "lab",
            Token = Server.Token,
            Fingerprint = Server.Fingerprint,
        };

    /// <summary>Waits for a task while the clock moves on whenever only the clock is waited for.</summary>
    private protected Task<T> Run<T>(Task<T> task) => Pump.CompletesAsync(Time, task, IsOnlyTimeWaitedFor);

    private protected Task Run(Task task) => Pump.CompletesAsync(Time, task, IsOnlyTimeWaitedFor);

    // A task that is asked after again, and not a request's own time-out of ten seconds.
    private bool IsOnlyTimeWaitedFor() => Server.Delayed > 0 || (Server.UnderWay == 0 && Time.NextTimerIn <= TimeSpan.FromMilliseconds(1_500));
}
