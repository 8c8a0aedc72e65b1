using Microsoft.Extensions.Options;

namespace EventWatcher.Files;

internal sealed class ConfigFileWatcherOptionsValidator : IValidateOptions<ConfigFileWatcherOptions>
{
    public static ConfigFileWatcherOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, ConfigFileWatcherOptions options)
    {
        var faults = FilesOptionFaults.Common(options);
        if (options.Paths is not { Count: > 0 } paths)
        {
            faults.Add(nameof(options.Paths), options.Paths is null ? null : "empty", "one path or more");
            return faults.ToResult();
        }

        foreach (var path in paths.Where(static path => !FilesOptionFaults.IsPath(path)))
        {
            faults.Add(nameof(options.Paths), path, "one path or more, none of them empty");
        }

        return faults.ToResult();
    }
}
