using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace EventWatcher.Proxmox;

/// <summary>Turns what goes wrong into exceptions that say what it is.</summary>
internal static class ProxmoxFaults
{
    private const int NodeRefused = 595;
    private const int NodeTimedOut = 596;

    /// <summary>An answer that is not a success.</summary>
    public static ProxmoxException OfAnswer(string cluster, string what, string node, int status, string? reason, string body)
    {
        var message = MessageOf(body) is { Length: > 0 } said ? said : (reason ?? "").Trim();
        return status switch
        {
            NodeRefused or NodeTimedOut => new ProxmoxNodeUnreachableException(
                cluster, node, $"{cluster}: {what} failed, since node {node} can't be reached ({status.ToString(CultureInfo.InvariantCulture)} {message}). Look whether it runs and has its network."),
            403 => Forbidden(cluster, what, message),
            501 => new ProxmoxProtocolException(cluster, $"{cluster}: {what} is not known there (501 {message}). It may be too old, or something in between changes requests."),
            _ when message.StartsWith("hostname lookup", StringComparison.Ordinal) => new ProxmoxNodeUnreachableException(
                cluster, node, $"{cluster}: {what} failed, since node {node} is not known there ({message})."),
            _ => OfWords(cluster, what, message) ?? new ProxmoxServerException(
                cluster, status, $"{cluster}: {what} failed: {status.ToString(CultureInfo.InvariantCulture)} {message}"),
        };
    }

    /// <summary>What a task ended with that is no success.</summary>
    public static ProxmoxException OfTask(string cluster, string what, string upid, string outcome) =>
        OfWords(cluster, what, outcome) ?? new ProxmoxTaskFailedException(cluster, upid, outcome, $"{cluster}: {what} failed: {outcome} (task {upid}).");

    /// <summary>The connection did not come about, or was lost.</summary>
    public static ProxmoxException OfTransport(ProxmoxConnection connection, string what, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ProxmoxCertificateException:
                    return Unreachable(ProxmoxUnreachableReason.CertificateRefused, cause.Message);
                case AuthenticationException:
                    return Unreachable(ProxmoxUnreachableReason.TlsFailed, "TLS failed, perhaps since the other side speaks none: " + Innermost(cause));
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return Unreachable(ProxmoxUnreachableReason.Refused, "nobody listens there. Is it the right host and port (8006), and does pveproxy run?");
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return Unreachable(ProxmoxUnreachableReason.UnknownHost, "the host is not known");
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }:
                    return new ProxmoxProtocolException(connection.Cluster, $"{connection.Cluster}: {what} failed: what answers at {connection.Endpoint.Authority} does not speak HTTP ({Innermost(exception)})", exception);
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                    return new ProxmoxProtocolException(connection.Cluster, $"{connection.Cluster}: {what} got an answer from {connection.Endpoint.Authority} that is far larger than any of the API of Proxmox VE ({Innermost(exception)}). Is it a Proxmox VE node, and is nothing in between?", exception);
                default:
                    break;
            }
        }

        return Unreachable(ProxmoxUnreachableReason.ConnectionLost, "the connection was lost before the answer was complete: " + Innermost(exception));

        ProxmoxUnreachableException Unreachable(ProxmoxUnreachableReason reason, string words) =>
            new(connection.Cluster, reason, $"{connection.Cluster}: {what} failed at {connection.Endpoint.Authority}: {words.TrimEnd('.')}.", exception);
    }

    public static ProxmoxUnreachableException TimedOut(ProxmoxConnection connection, string what, TimeSpan timeout, Exception? exception = null) => new(
        connection.Cluster,
        ProxmoxUnreachableReason.TimedOut,
        string.Create(CultureInfo.InvariantCulture, $"{connection.Cluster}: {what} got no answer from {connection.Endpoint.Authority} within {timeout.TotalSeconds:0.###} s."),
        exception);

    public static ProxmoxUnreachableException NoAuthority(ProxmoxConnection connection, string what, Exception exception) => new(
        connection.Cluster,
        ProxmoxUnreachableReason.TlsFailed,
        $"{connection.Cluster}: {what} failed, since {connection.CertificateAuthorityFile} can't be used: {exception.Message}",
        exception);

    public static ProxmoxProtocolException NotUnderstood(ProxmoxConnection connection, string what, Exception? exception) => new(
        connection.Cluster,
        $"{connection.Cluster}: {what} got an answer from {connection.Endpoint.Authority} that is not what the API of Proxmox VE gives. Is it a Proxmox VE node, and is nothing in between?",
        exception);

    // The cluster has no error codes: its words are all there is.
    private static ProxmoxException? OfWords(string cluster, string what, string words)
    {
        var text = $"{cluster}: {what} failed: {words}";
        if (words.Contains("Configuration file", StringComparison.Ordinal) && words.Contains("does not exist", StringComparison.Ordinal))
        {
            return new ProxmoxNotFoundException(cluster, text);
        }

        if (words.Contains(" is locked", StringComparison.Ordinal))
        {
            return new ProxmoxLockedException(cluster, Between(words, '(', ')'), text + ". Wait for what locks it, or unlock it on the node (\"pct unlock\", \"qm unlock\").");
        }

        return words.EndsWith("already running", StringComparison.Ordinal) || words.EndsWith("not running", StringComparison.Ordinal)
            ? new ProxmoxAlreadyInStateException(cluster, text)
            : null;
    }

    private static ProxmoxForbiddenException Forbidden(string cluster, string what, string message)
    {
        // "Permission check failed (/vms/101, VM.PowerMgmt)"
        var parts = Between(message, '(', ')').Split(',', StringSplitOptions.TrimEntries);
        var (path, privilege) = parts.Length >= 2 ? (parts[0], string.Join('|', parts.Skip(1))) : ("", "");
        var remedy = privilege.Length > 0 ? $" Give the token (and its user) {privilege} on {path}." : "";
        return new ProxmoxForbiddenException(cluster, privilege, path, $"{cluster}: {what} is not allowed: {message}.{remedy}");
    }

    private static string Between(string text, char from, char to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        var end = text.IndexOf(to, Math.Max(start, 0));
        return start >= 0 && end > start ? text[(start + 1)..end] : "";
    }

    private static string? MessageOf(string body)
    {
        try
        {
            var reply = JsonSerializer.Deserialize(body, ProxmoxJson.Default.ProxmoxErrorReply);
            var details = reply?.Errors is { Count: > 0 } errors ? $" ({string.Join("; ", errors.Select(static error => $"{error.Key}: {error.Value}"))})" : "";
            return reply?.Message is { } message ? message.Trim() + details : null;
        }
        catch (JsonException)
        {
            // Older servers and those in between answer errors with a page, or with a line.
            return body.Length is > 0 and < 200 && body[0] != '<' ? body.Trim() : null;
        }
    }

    // The innermost message is the one that says something.
    private static string Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception.Message;
}
