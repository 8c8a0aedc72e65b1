using Microsoft.Extensions.Options;

namespace EventWatcher.Docker;

/// <summary>Checks a watcher's options, all faults at once.</summary>
/// <param name="withEndpoint">Whether the endpoint counts: not where the user gives an engine object.</param>
internal sealed class DockerWatcherOptionsValidator(bool withEndpoint) : IValidateOptions<DockerWatcherOptions>
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static DockerWatcherOptionsValidator Instance { get; } = new(withEndpoint: false);

    public static DockerWatcherOptionsValidator WithEndpoint { get; } = new(withEndpoint: true);

    /// <summary>Finds the endpoint, and refuses with everything that is wrong where anything is.</summary>
    /// <exception cref="OptionsValidationException">With every fault, the endpoint's too.</exception>
    public static DockerEndpointResolution Resolve(DockerWatcherOptions? options) =>
        new DockerEngineOptionsValidator().Resolve(WithEndpoint.ThrowIfInvalid(options ?? new DockerWatcherOptions()));

    public ValidateOptionsResult Validate(string? name, DockerWatcherOptions options)
    {
        var faults = new OptionFaults(nameof(DockerWatcherOptions));
        faults.Unless(options.Name is null || !string.IsNullOrWhiteSpace(options.Name), options.Name, "null or a word");
        faults.Unless(options.Filters is not null, options.Filters, "filters, or DockerFilters.None");
        faults.Unless(Enum.IsDefined(options.Resume), options.Resume, string.Join(", ", Enum.GetNames<DockerResume>()));
        faults.Unless(options.RetryDelay > TimeSpan.Zero && options.RetryDelay <= OneDay, options.RetryDelay, "longer than zero, at most 1.00:00:00");
        faults.Unless(
            options.MaxRetryDelay >= options.RetryDelay && options.MaxRetryDelay <= OneDay,
            options.MaxRetryDelay,
            $"from RetryDelay ({options.RetryDelay}) to 1.00:00:00");
        faults.Unless(
            options.AuditInterval == Timeout.InfiniteTimeSpan || (options.AuditInterval >= TimeSpan.FromSeconds(1) && options.AuditInterval <= OneDay),
            options.AuditInterval,
            "from 00:00:01 to 1.00:00:00, or Timeout.InfiniteTimeSpan");
        faults.Unless(options.Capacity >= 1, options.Capacity, "1 or more");
        var result = faults.ToResult();
        if (!withEndpoint)
        {
            return result;
        }

        List<string> all = [.. result.Failures ?? [], .. new DockerEngineOptionsValidator().Validate(name, options).Failures ?? []];
        return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }
}
