using Microsoft.Extensions.Options;

namespace EventWatcher.Files;

internal sealed class FileWatcherOptionsValidator : IValidateOptions<FileWatcherOptions>
{
    public static FileWatcherOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, FileWatcherOptions options)
    {
        var faults = FilesOptionFaults.Common(options);
        faults.Unless(FilesOptionFaults.IsPath(options.Path), options.Path, "a path");
        return faults.ToResult();
    }
}
