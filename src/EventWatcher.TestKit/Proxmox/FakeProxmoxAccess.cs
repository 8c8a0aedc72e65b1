using System.Globalization;
using System.Text.Json.Nodes;

namespace EventWatcher.TestKit;

/// <summary>Who may do what on the fake cluster: users with passwords and tickets, tokens, and their privileges on paths.</summary>
internal sealed class FakeProxmoxAccess(TimeProvider time)
{
    private static readonly TimeSpan TicketLifetime = TimeSpan.FromHours(2);
    private static readonly string[] Everywhere = ["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"];

    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string[]>> _privileges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string User, DateTimeOffset Issued)> _tickets = new(StringComparer.Ordinal);
    private int _serial;

    public void Add(string user, string secret) => _secrets[user] = secret;

    public void Remove(string user) => _secrets.Remove(user);

    public void ForgetTickets() => _tickets.Clear();

    public void Allow(string user, string path, string[] privileges)
    {
        if (!_privileges.TryGetValue(user, out var paths))
        {
            _privileges[user] = paths = new(StringComparer.Ordinal);
        }

        paths[path] = privileges;
    }

    public void Forbid(string user) => _privileges.Remove(user);

    /// <summary>Finds who asks; else the reason of a 401.</summary>
    public (string? User, string Reason) Identify(FakeProxmoxRequest request)
    {
        const string Scheme = "PVEAPIToken=";
        if (request.Authorization.StartsWith(Scheme, StringComparison.Ordinal))
        {
            var parts = request.Authorization[Scheme.Length..].Split('=', 2);
            return parts.Length == 2 && parts[0].Contains('!', StringComparison.Ordinal) && _secrets.TryGetValue(parts[0], out var secret) && string.Equals(secret, parts[1], StringComparison.Ordinal)
                ? (parts[0], "")
                : (null, "Authentication failed!");
        }

        if (request.Ticket.Length == 0)
        {
            return (null, "No ticket");
        }

        if (!IsValid(request.Ticket, out var user))
        {
            return (null, "invalid PVE ticket");
        }

        return request.Method is "GET" || string.Equals(request.CsrfToken, Csrf(request.Ticket), StringComparison.Ordinal) ? (user, "") : (null, "Permission denied - invalid csrf token");
    }

    /// <summary>Answers a login by password, or by a ticket that still holds; null where it is refused.</summary>
    public JsonObject? Login(string user, string password)
    {
        var isRight = (_secrets.TryGetValue(user, out var secret) && string.Equals(secret, password, StringComparison.Ordinal)) || (IsValid(password, out var owner) && string.Equals(owner, user, StringComparison.Ordinal));
        if (!isRight)
        {
            return null;
        }

        _serial++;
        var ticket = string.Create(CultureInfo.InvariantCulture, $"PVE:{user}:{time.GetUtcNow().ToUnixTimeSeconds():X8}::{_serial:D6}signature");
        _tickets[ticket] = (user, time.GetUtcNow());
        var capabilities = new JsonObject();
        foreach (var (name, path) in new[] { ("vms", "/vms"), ("nodes", "/nodes"), ("dc", "/"), ("access", "/access"), ("storage", "/storage"), ("sdn", "/sdn"), ("mapping", "/mapping") })
        {
            capabilities[name] = name is "access" or "storage" or "sdn" or "mapping" ? [] : Flags(On(user, path));
        }

        return new JsonObject { ["username"] = user, ["ticket"] = ticket, ["CSRFPreventionToken"] = Csrf(ticket), ["cap"] = capabilities };
    }

    public bool Has(string user, string path, string privilege) => On(user, path).Contains(privilege, StringComparer.Ordinal);

    public JsonObject Permissions(string user)
    {
        var all = new JsonObject();
        var paths = _privileges.TryGetValue(user, out var own) ? own.Keys : Enumerable.Empty<string>();
        foreach (var path in Everywhere.Concat(paths).Distinct(StringComparer.Ordinal))
        {
            if (On(user, path) is { Length: > 0 } privileges)
            {
                all[path] = Flags(privileges);
            }
        }

        return all;
    }

    private static JsonObject Flags(string[] privileges)
    {
        var flags = new JsonObject();
        foreach (var privilege in privileges)
        {
            flags[privilege] = 1;
        }

        return flags;
    }

    private static string Csrf(string ticket) => ticket.Split(':')[2] + ":signature" + ticket.Split(':')[^1];

    private bool IsValid(string ticket, out string user)
    {
        user = "";
        if (!_tickets.TryGetValue(ticket, out var found) || time.GetUtcNow() - found.Issued >= TicketLifetime)
        {
            return false;
        }

        user = found.User;
        return true;
    }

    // What is said of the longest path that is a beginning of this one.
    private string[] On(string user, string path)
    {
        if (!_privileges.TryGetValue(user, out var paths))
        {
            return [];
        }

        return paths
            .Where(entry => entry.Key is "/" || string.Equals(path, entry.Key, StringComparison.Ordinal) || path.StartsWith(entry.Key + "/", StringComparison.Ordinal))
            .OrderByDescending(static entry => entry.Key.Length)
            .Select(static entry => entry.Value)
            .FirstOrDefault([]);
    }
}
