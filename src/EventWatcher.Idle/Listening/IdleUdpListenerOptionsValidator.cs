using System.Net;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle;

/// <summary>Checks a listener's options, all faults at once.</summary>
internal sealed class IdleUdpListenerOptionsValidator : IValidateOptions<IdleUdpListenerOptions>
{
    public static IdleUdpListenerOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, IdleUdpListenerOptions options)
    {
        var faults = new OptionFaults(nameof(IdleUdpListenerOptions));
        faults.Unless(options.ListenOn is not null, options.ListenOn, "an address and a port");
        faults.Unless(!string.IsNullOrWhiteSpace(options.Container), options.Container, "a container's name");
        faults.Unless(options.Port is null or (>= 1 and <= IPEndPoint.MaxPort), options.Port, "null, or from 1 to 65535");
        faults.Unless(options.FlowTimeout > TimeSpan.Zero && options.FlowTimeout <= TimeSpan.FromDays(1), options.FlowTimeout, "longer than zero, at most 1.00:00:00");
        faults.Unless(options.MaxFlows >= 1, options.MaxFlows, "1 or more");
        faults.Unless(options.MaxPending >= 1, options.MaxPending, "1 or more");
        faults.Unless(options.MaxPendingBytes >= 1, options.MaxPendingBytes, "1 or more");
        return faults.ToResult();
    }
}
