namespace EventWatcher.Docker;

/// <summary>Which version is spoken.</summary>
public sealed partial class DockerEngine
{
    private const int MaxPingBody = 64;

    private async Task<DockerPing> AskVersionAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "/_ping", cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw await DockerErrorReader.ReadAsync(Name, "answer a ping", response, cancellationToken).ConfigureAwait(false);
        }

        string? Header(string name) =>
            response.Headers.NonValidated.TryGetValues(name, out var values) && values.ToString() is { Length: > 0 } value ? value : null;

        var server = Header("Api-Version");
        if (!await SaysOkAsync(response, cancellationToken).ConfigureAwait(false) && server is null)
        {
            throw new DockerProtocolException(Name, $"What answers at {Name} is no Docker engine: its answer to a ping is not OK.");
        }

        var version = DockerVersions.Negotiate(server) ?? throw new DockerProtocolException(
            Name, $"The Docker engine at {Name} speaks API {server} at most, and {DockerVersions.Min} is needed. Update the engine.");
        var libpod = Header("Libpod-Api-Version");
        _isPodman = libpod is not null;
        _spoken = version;
        var ping = new DockerPing
        {
            ApiVersion = version,
            ServerApiVersion = server,
            EngineTime = response.Headers.Date,
            Server = Header("Server"),
            OperatingSystem = Header("Ostype"),
            LibpodVersion = libpod,
        };
        Log.EngineVersion(_logger, Name, ping.Server, server, version);
        return ping;
    }

    private static async Task<bool> SaysOkAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new byte[MaxPingBody];
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return body.AsSpan(0, length).Trim(" \t\r\n"u8).SequenceEqual("OK"u8);
        }
    }

    private async Task NegotiateAnewAsync(Version refused, Version supported, CancellationToken cancellationToken)
    {
        var ping = await PingAsync(cancellationToken).ConfigureAwait(false);
        if (ping.ApiVersion != refused)
        {
            return;
        }

        // The ping says nothing better, as behind a proxy that drops its headers: the error's own words are left.
        _spoken = supported >= DockerVersions.Min && supported <= DockerVersions.Max
            ? supported
            : throw new DockerProtocolException(
                Name,
                $"The Docker engine at {Name} wants API {supported}, and this package speaks {DockerVersions.Min} to {DockerVersions.Max}. Update the older of them.");
    }
}
