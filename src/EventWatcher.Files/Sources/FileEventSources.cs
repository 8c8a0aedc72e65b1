namespace EventWatcher.Files;

/// <summary>The process's source, as long as somebody uses it.</summary>
internal static class FileEventSources
{
    private static readonly Lock Gate = new();
    private static InotifySource? _kernel;
    private static int _users;

    /// <summary>Gets the kernel's source while there is one, for tests and benchmarks.</summary>
    internal static InotifySource? Current => _kernel;

    /// <summary>Takes part in the process's source; the first user opens it.</summary>
    /// <param name="usesFrameworkWatcher">Whether the kernel is not asked though it could be.</param>
    /// <returns>The lease; without a source where there is none, with the reason.</returns>
    public static SourceLease Join(bool usesFrameworkWatcher = false)
    {
        if (usesFrameworkWatcher || !OperatingSystem.IsLinux())
        {
            return SourceLease.Portable();
        }

        lock (Gate)
        {
            if (_kernel is null)
            {
                _kernel = InotifySource.TryOpen(out var error);
                if (_kernel is null)
                {
                    return new SourceLease(source: null, error);
                }
            }

            _users++;
            return new SourceLease(_kernel, error: 0);
        }
    }

    /// <summary>Ends the part in it; the last user closes it and waits for its end.</summary>
    public static async Task LeaveAsync(IFileEventSource? source)
    {
        if (source is PortableSource portable)
        {
            portable.Dispose();
        }

        if (source is not InotifySource kernel)
        {
            return;
        }

        lock (Gate)
        {
            _users--;
            if (_users > 0)
            {
                return;
            }

            _kernel = null;
        }

        await kernel.CloseAsync().ConfigureAwait(false);
    }
}
