using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Checks the options, all faults at once.</summary>
internal sealed class IdleForwarderOptionsValidator : IValidateOptions<IdleForwarderOptions>
{
    private const string PositiveUpToAnHour = "longer than zero, at most 01:00:00";

    public static IdleForwarderOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, IdleForwarderOptions options)
    {
        var faults = new OptionFaults(nameof(IdleForwarderOptions));
        faults.Unless(IsPositive(options.ConnectTimeout), options.ConnectTimeout, PositiveUpToAnHour);
        faults.Unless(IsPositive(options.PooledConnectionIdleTimeout), options.PooledConnectionIdleTimeout, PositiveUpToAnHour);
        faults.Unless(
            options.MaxSilence is not { } silence || (silence > TimeSpan.Zero && silence <= TimeSpan.FromDays(1)),
            options.MaxSilence,
            "null, or longer than zero, at most 1.00:00:00");
        return faults.ToResult();
    }

    private static bool IsPositive(TimeSpan span) => span > TimeSpan.Zero && span <= TimeSpan.FromHours(1);
}
