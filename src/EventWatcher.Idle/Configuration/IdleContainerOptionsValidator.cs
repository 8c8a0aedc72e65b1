using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle;

/// <summary>Checks one container's options, all faults at once.</summary>
internal sealed class IdleContainerOptionsValidator(string optionsName = nameof(IdleContainerOptions)) : IValidateOptions<IdleContainerOptions>
{
    internal const string Schemes = "http, https, h2c";

    private const string PositiveUpToADay = "longer than zero, at most 1.00:00:00";
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly TimeSpan OneYear = TimeSpan.FromDays(366);

    public static IdleContainerOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, IdleContainerOptions options)
    {
        var faults = new OptionFaults(optionsName);
        faults.Unless(
            options.IdleTimeout == Timeout.InfiniteTimeSpan || (options.IdleTimeout >= TimeSpan.Zero && options.IdleTimeout <= OneYear),
            options.IdleTimeout,
            "zero for never, longer than zero (at most 366.00:00:00), or Timeout.InfiniteTimeSpan for what only others depend on");
        faults.Unless(IsPositive(options.WakeTimeout), options.WakeTimeout, PositiveUpToADay);
        faults.Unless(IsPositive(options.StopTimeout), options.StopTimeout, PositiveUpToADay);
        faults.Unless(options.MaxHold is not { } hold || IsPositive(hold), options.MaxHold, "null, or " + PositiveUpToADay);
        faults.Unless(options.MinUptime >= TimeSpan.Zero && options.MinUptime <= OneYear, options.MinUptime, "from zero to 366.00:00:00");
        faults.Unless(
            options.MonitorInterval == TimeSpan.Zero || (options.MonitorInterval >= TimeSpan.FromSeconds(1) && options.MonitorInterval <= OneDay),
            options.MonitorInterval,
            "zero for never, or from 00:00:01 to 1.00:00:00");
        faults.Unless(Enum.IsDefined(options.StopMethod), options.StopMethod, string.Join(", ", Enum.GetNames<StopMethod>()));
        faults.Unless(Enum.IsDefined(options.Probe), options.Probe, string.Join(", ", Enum.GetNames<ProbeKind>()));
        faults.Unless(Enum.IsDefined(options.UnhealthyIs), options.UnhealthyIs, string.Join(", ", Enum.GetNames<UnhealthyIs>()));
        faults.Unless(IsSignal(options.StopSignal), options.StopSignal, "null, or a signal such as TERM, SIGINT or 15");
        faults.Unless(
            options.StopSignal is null || options.StopMethod != StopMethod.Pause,
            options.StopSignal,
            "null where StopMethod is Pause, which sends none");
        faults.Unless(options.StartEndpoint is null || IsPath(options.StartEndpoint), options.StartEndpoint, "null, or a path that begins with a slash");
        faults.Unless(options.ProbePath is not null && IsPath(options.ProbePath), options.ProbePath, "a path that begins with a slash");
        faults.Unless(options.MaxWaiting >= 1, options.MaxWaiting, "1 or more");
        faults.Unless(options.ReleaseConcurrency is null or >= 1, options.ReleaseConcurrency, "null, or 1 or more");
        faults.Unless(options.MaxWaitingBytes >= 0, options.MaxWaitingBytes, "0 or more");
        faults.Unless(options.Port is null or (>= 1 and <= IPEndPoint.MaxPort), options.Port, "null, or from 1 to 65535");
        faults.Unless(options.Address is null || AddressText.TryParse(options.Address, out _), options.Address, "null, or host:port");
        faults.Unless(
            options.HealthProbe is not null || options.Probe is not (ProbeKind.Tcp or ProbeKind.Http) || options.Port is not null || options.Address is not null,
            options.Probe,
            "Tcp and Http only where Port or Address is set");
        faults.Unless(IsScheme(options.Scheme), options.Scheme, Schemes);
        ValidateDependencies(options, faults);
        ValidatePolicy(options.WakeOn, faults);
        return faults.ToResult();
    }

    internal static bool IsScheme(string? text) => text is "http" or "https" or "h2c";

    internal static bool IsSignal(string? text)
    {
        if (text is null)
        {
            return true;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= 64;
        }

        var name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        return name.Length is >= 2 and <= 10 && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-') && char.IsAsciiLetter(name[0]);
    }

    private static bool IsPositive(TimeSpan span) => span > TimeSpan.Zero && span <= OneDay;

    private static bool IsPath(string text) => text.StartsWith('/') && !text.AsSpan().ContainsAny('\r', '\n', ' ');

    private static void ValidateDependencies(IdleContainerOptions options, OptionFaults faults)
    {
        foreach (var text in options.DependsOn ?? [])
        {
            if (!IdleDependency.TryParse(text, out _))
            {
                faults.Add(nameof(options.DependsOn), text, IdleDependency.Allowed);
            }
        }
    }

    private static void ValidatePolicy(IdleWakePolicy policy, OptionFaults faults)
    {
        if (policy is null)
        {
            faults.Add(nameof(IdleContainerOptions.WakeOn), value: null, "a policy");
            return;
        }

        foreach (var network in policy.IgnoredNetworks.Where(static text => !IPNetwork.TryParse(text, out _)))
        {
            faults.Add("WakeOn.IgnoredNetworks", network, "a network such as 10.1.0.0/16");
        }

        if (policy.DormantStatusCode is < 200 or > 599)
        {
            faults.Add("WakeOn.DormantStatusCode", policy.DormantStatusCode, "from 200 to 599");
        }
    }
}
