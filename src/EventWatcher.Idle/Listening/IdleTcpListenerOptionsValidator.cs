using System.Net;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle;

/// <summary>Checks a listener's options, all faults at once.</summary>
internal sealed class IdleTcpListenerOptionsValidator : IValidateOptions<IdleTcpListenerOptions>
{
    public static IdleTcpListenerOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, IdleTcpListenerOptions options)
    {
        var faults = new OptionFaults(nameof(IdleTcpListenerOptions));
        faults.Unless(options.ListenOn is not null, options.ListenOn, "an address and a port");
        faults.Unless(options.Container is null || !string.IsNullOrWhiteSpace(options.Container), options.Container, "null, or a container's name");
        faults.Unless(options.Container is not null || options.Hosts.Count > 0, options.Container, "a container's name where there are no Hosts");
        faults.Unless(options.Port is null or (>= 1 and <= IPEndPoint.MaxPort), options.Port, "null, or from 1 to 65535");
        faults.Unless(
            options.MaxSilence is not { } silence || (silence > TimeSpan.Zero && silence <= TimeSpan.FromDays(1)),
            options.MaxSilence,
            "null, or longer than zero, at most 1.00:00:00");
        faults.Unless(options.Backlog >= 1, options.Backlog, "1 or more");
        foreach (var (host, container) in options.Hosts)
        {
            var bare = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
            if (Uri.CheckHostName(bare) is not UriHostNameType.Dns || string.IsNullOrWhiteSpace(container))
            {
                faults.Add(nameof(options.Hosts), $"{host}: {container}", "host names, such as app.example.com or *.example.com, and containers' names");
            }
        }

        return faults.ToResult();
    }
}
