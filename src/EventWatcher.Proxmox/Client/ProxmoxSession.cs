namespace EventWatcher.Proxmox;

/// <summary>
/// Keeps the pass of a client: reads the token, logs in, renews the ticket, and after a refusal keeps quiet for a while,
/// since each refusal costs the server three seconds. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // The semaphore owns nothing as long as nobody asks for its handle, and who waits in it at the end must get his turn.
internal sealed class ProxmoxSession(
    ProxmoxConnection connection,
    Func<string, string, CancellationToken, Task<ProxmoxLogin>> login,
    TimeProvider timeProvider)
#pragma warning restore CA1001
{
    /// <summary>How long nothing is asked after a refusal.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RenewAfter = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ProxmoxPass? _pass;
    private long _passSince;
    private ProxmoxAuthenticationException? _refusal;
    private long _refusedAt;

    /// <summary>Gets the pass, by a login where it takes one.</summary>
    /// <exception cref="ProxmoxAuthenticationException">There is none, or we were refused lately.</exception>
    public async ValueTask<ProxmoxPass> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _refusal) is null && _pass is { } pass && (connection.Credential.IsToken || timeProvider.GetElapsedTime(_passSince) < RenewAfter))
        {
            return pass;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await GetInTurnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Says that a pass was accepted.</summary>
    public void OnAccepted() => Volatile.Write(ref _refusal, null);

    /// <summary>Says that a pass was refused, and finds out whether there is another one to try.</summary>
    /// <exception cref="ProxmoxAuthenticationException">There is none.</exception>
    public async Task<ProxmoxPass> ReplaceAsync(ProxmoxPass refused, string reason, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_pass is { } other && other != refused)
            {
                // Somebody else has found one meanwhile.
                return other;
            }

            if (_refusal is { } refusal && timeProvider.GetElapsedTime(_refusedAt) < Quiet)
            {
                // Somebody else has tried, in vain.
                throw new ProxmoxAuthenticationException(connection.Cluster, refusal.Message, refusal);
            }

            if (connection.Credential.IsToken)
            {
                var token = connection.Credential.Read(connection.Cluster);
                if (refused.IsSameToken(token))
                {
                    throw Refuse(reason);
                }

                return Keep(new ProxmoxPass(token, ticket: null, csrfToken: null));
            }

            _pass = null;
            return await LoginAsync(connection.Credential.Read(connection.Cluster), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ProxmoxPass> GetInTurnAsync(CancellationToken cancellationToken)
    {
        if (_refusal is { } refusal)
        {
            if (timeProvider.GetElapsedTime(_refusedAt) < Quiet)
            {
                throw new ProxmoxAuthenticationException(connection.Cluster, refusal.Message, refusal);
            }

            // This one tries; who comes while it does is still told of the last time.
            _refusedAt = timeProvider.GetTimestamp();
            _pass = null;
        }

        if (_pass is { } pass && (connection.Credential.IsToken || timeProvider.GetElapsedTime(_passSince) < RenewAfter))
        {
            return pass;
        }

        var secret = connection.Credential.Read(connection.Cluster);
        if (connection.Credential.IsToken)
        {
            return Keep(new ProxmoxPass(secret, ticket: null, csrfToken: null));
        }

        if (_pass?.Ticket is { } old)
        {
            try
            {
                return await LoginAsync(old, cancellationToken).ConfigureAwait(false);
            }
            catch (ProxmoxAuthenticationException)
            {
                // Over two hours old, or made invalid; the password is still to be tried.
                _pass = null;
                _refusal = null;
            }
        }

        return await LoginAsync(secret, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ProxmoxPass> LoginAsync(string secret, CancellationToken cancellationToken)
    {
        ProxmoxLogin answer;
        try
        {
            answer = await login(connection.Credential.User!, secret, cancellationToken).ConfigureAwait(false);
        }
        catch (ProxmoxAuthenticationException exception)
        {
            throw Refuse(exception.Message);
        }

        if (answer.NeedsSecondFactor is 1 || answer.Ticket is not { Length: > 0 } ticket)
        {
            throw Refuse("a second factor is asked for; use an API token");
        }

        return Keep(new ProxmoxPass(token: null, ticket, answer.CsrfPreventionToken ?? ""));
    }

    private ProxmoxPass Keep(ProxmoxPass pass)
    {
        _pass = pass;
        _passSince = timeProvider.GetTimestamp();
        return pass;
    }

    private ProxmoxAuthenticationException Refuse(string reason)
    {
        _refusedAt = timeProvider.GetTimestamp();
        var refusal = new ProxmoxAuthenticationException(
            connection.Cluster,
            $"{connection.Cluster}: {connection.Credential.Description} was refused ({reason.Trim()}). Look whether it is still there and not expired; it is tried again in {Quiet.TotalSeconds:0} s.");
        Volatile.Write(ref _refusal, refusal);
        return refusal;
    }
}
