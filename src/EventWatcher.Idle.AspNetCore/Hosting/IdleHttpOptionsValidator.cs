using System.Buffers;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Checks the options, all faults at once.</summary>
internal sealed class IdleHttpOptionsValidator : IValidateOptions<IdleHttpOptions>
{
    private static readonly SearchValues<char> Unusable = SearchValues.Create("{}?#*\" <>\\");
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static IdleHttpOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, IdleHttpOptions options)
    {
        var faults = new OptionFaults(nameof(IdleHttpOptions));
        faults.Unless(IsPrefix(options.Prefix), options.Prefix, "a path that begins with a slash and ends without one");
        faults.Unless(options.ForwardAuthLease >= TimeSpan.Zero && options.ForwardAuthLease <= OneDay, options.ForwardAuthLease, "from zero to 1.00:00:00");
        faults.Unless(options.ForwardAuthHold > TimeSpan.Zero && options.ForwardAuthHold <= OneDay, options.ForwardAuthHold, "longer than zero, at most 1.00:00:00");
        faults.Unless(IsSecondToHour(options.HeartbeatInterval), options.HeartbeatInterval, "from 00:00:01 to 01:00:00");
        faults.Unless(IsSecondToHour(options.RefreshInterval), options.RefreshInterval, "from 00:00:01 to 01:00:00");
        faults.Unless(options.ErrorPageTime >= TimeSpan.Zero && options.ErrorPageTime <= OneHour, options.ErrorPageTime, "from zero to 01:00:00");
        faults.Unless(options.RequestBufferSize is null or >= 0, options.RequestBufferSize, "null, or 0 or more");
        foreach (var (path, container) in options.Paths)
        {
            if (!path.StartsWith('/') || path.AsSpan().ContainsAny('?', '#', ' ') || string.IsNullOrWhiteSpace(container))
            {
                faults.Add(nameof(options.Paths), $"{path} = {container}", "a path that begins with a slash = a container's name");
            }
        }

        foreach (var (host, container) in options.Hosts)
        {
            if (Uri.CheckHostName(host) == UriHostNameType.Unknown || string.IsNullOrWhiteSpace(container))
            {
                faults.Add(nameof(options.Hosts), $"{host} = {container}", "a host name without a port = a container's name");
            }
        }

        return faults.ToResult();
    }

    internal static bool IsPrefix(string? text) =>
        text is { Length: > 1 } && text.StartsWith('/') && !text.EndsWith('/') && !text.AsSpan().ContainsAny(Unusable);

    private static bool IsSecondToHour(TimeSpan span) => span >= TimeSpan.FromSeconds(1) && span <= OneHour;
}
