using Microsoft.Extensions.Options;

namespace EventWatcher.Files;

internal sealed class DirectoryWatcherOptionsValidator : IValidateOptions<DirectoryWatcherOptions>
{
    public static DirectoryWatcherOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, DirectoryWatcherOptions options)
    {
        var faults = FilesOptionFaults.Common(options);
        faults.Unless(FilesOptionFaults.IsPath(options.Path), options.Path, "a path");
        Patterns(faults, nameof(options.Include), options.Include);
        Patterns(faults, nameof(options.Exclude), options.Exclude);
        return faults.ToResult();
    }

    private static void Patterns(OptionFaults faults, string property, IList<string>? patterns)
    {
        if (patterns is null)
        {
            faults.Add(property, value: null, "a list of patterns");
            return;
        }

        foreach (var pattern in patterns)
        {
            if (!IsPattern(pattern))
            {
                faults.Add(property, pattern, "patterns such as *.yaml, conf.d/**, [ab]?.txt");
            }
        }
    }

    private static bool IsPattern(string? pattern)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(pattern))
            {
                return false;
            }

            _ = new GlobPattern(pattern);
            return true;
        }
        catch (ArgumentException)
        {
            // A set of characters that makes no sense, such as [z-a].
            return false;
        }
    }
}
