using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Makes of a request that came the one that is sent on.</summary>
internal static class ForwardedRequest
{
    private const int WebSocketKeyBytes = 16;

    public static HttpRequestMessage Create(HttpContext context, ForwardingTarget target, out ForwardedBody? body)
    {
        var request = context.Request;
        body = null;
        var upgrade = UpgradeOf(context, out var isExtendedConnect);
        var isHttp2 = upgrade is null && (target.IsHttp2Only || IsGrpc(request));
        var message = new HttpRequestMessage(isExtendedConnect ? HttpMethod.Get : HttpMethod.Parse(request.Method), UrlOf(context, target))
        {
            Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (upgrade is null && (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? request.ContentLength is > 0))
        {
            message.Content = body = new ForwardedBody(context);
        }

        CopyHeaders(request, message);
        if (upgrade is not null)
        {
            message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            message.Headers.TryAddWithoutValidation("Upgrade", upgrade);
            if (isExtendedConnect)
            {
                // HTTP/2 has neither; the older form wants both.
                message.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(WebSocketKeyBytes)));
            }
        }

        if (isHttp2 && request.Headers.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
        {
            message.Headers.TryAddWithoutValidation("TE", "trailers");
        }

        AddForwarded(context, message.Headers);
        return message;
    }

    private static string? UpgradeOf(HttpContext context, out bool isExtendedConnect)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            isExtendedConnect = true;
            return connect.Protocol;
        }

        isExtendedConnect = false;

        // Going over to HTTP/2 is no affair of the container's.
        return context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade.ToString() is { Length: > 0 } upgrade
            && !upgrade.StartsWith("h2c", StringComparison.OrdinalIgnoreCase) ? upgrade : null;
    }

    private static bool IsGrpc(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    private static Uri UrlOf(HttpContext context, ForwardingTarget target)
    {
        var request = context.Request;
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var path = raw is not null && IsWhatCounts(raw, request) ? raw : request.Path.ToUriComponent() + request.QueryString.ToUriComponent();
        if (!path.StartsWith('/'))
        {
            // Of the whole server it was asked.
            path = "/" + path;
        }

        return new Uri(target.Base + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    // As it came, since decoding and encoding again is not always the same; but not where it was routed by something else:
    // where dots led elsewhere, or what came before has changed it.
    private static bool IsWhatCounts(string raw, HttpRequest request)
    {
        if (request.PathBase.HasValue || !raw.StartsWith('/'))
        {
            return false;
        }

        var query = raw.IndexOf('?', StringComparison.Ordinal);
#pragma warning disable CA2234 // A path, and no address.
        var path = PathString.FromUriComponent(query < 0 ? raw : raw[..query]);
#pragma warning restore CA2234
        var rest = query < 0 ? default : raw.AsSpan(query);
        return string.Equals(path.Value, request.Path.Value, StringComparison.Ordinal)
            && (rest is "?" ? request.QueryString.Value is null or "" or "?" : rest.SequenceEqual(request.QueryString.Value));
    }

    private static void CopyHeaders(HttpRequest request, HttpRequestMessage message)
    {
        var connection = request.Headers.Connection;
        foreach (var (name, values) in request.Headers)
        {
            if (ForwardedHeaders.IsOfOneConnection(name, connection))
            {
                continue;
            }

            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)
                && !string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                // Of what kind it is may be said of nothing, too.
                var content = message.Content ??= new ByteArrayContent([]);
                content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    private static void AddForwarded(HttpContext context, HttpRequestHeaders headers)
    {
        var request = context.Request;
        if (context.Connection.RemoteIpAddress is { } client)
        {
            var before = request.Headers["X-Forwarded-For"].ToString();
            var address = (client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client).ToString();
            Set(headers, "X-Forwarded-For", before.Length == 0 ? address : $"{before}, {address}");
        }

        // What a client says of these is not believed; who has a proxy before this lets UseForwardedHeaders judge it.
        Set(headers, "X-Forwarded-Proto", request.Scheme);
        Set(headers, "X-Forwarded-Host", request.Headers.Host.ToString());
    }

    private static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
