namespace EventWatcher.Proxmox;

/// <summary>What a request shows to be let in: a token, or a ticket with what guards against forged requests.</summary>
internal sealed class ProxmoxPass(string? token, string? ticket, string? csrfToken)
{
    public string? Ticket { get; } = ticket;

    /// <summary>Gets what must not be shown, wherever it comes back from.</summary>
    public IReadOnlyList<string> Secrets { get; } = [.. new[] { token?[(token.IndexOf('=', StringComparison.Ordinal) + 1)..], ticket, csrfToken }.OfType<string>()];

    public bool IsSameToken(string other) => string.Equals(token, other, StringComparison.Ordinal);

    public void Stamp(HttpRequestMessage request)
    {
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "PVEAPIToken=" + token);
            return;
        }

        request.Headers.TryAddWithoutValidation("Cookie", "PVEAuthCookie=" + Uri.EscapeDataString(Ticket!));
        if (request.Method != HttpMethod.Get)
        {
            request.Headers.TryAddWithoutValidation("CSRFPreventionToken", csrfToken);
        }
    }
}
