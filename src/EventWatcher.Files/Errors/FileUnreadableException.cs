namespace EventWatcher.Files;

/// <summary>A file or directory can't be read or watched for want of rights, or because the disk fails. It is looked at again when something changes.</summary>
public sealed class FileUnreadableException : WatcherException
{
    internal FileUnreadableException(string watcherName, string path, string consequence, Exception? innerException = null)
        : base(watcherName, $"{path} can't be read: {consequence}. Give this process the right to read it.", innerException) => Path = path;

    /// <summary>Gets the path.</summary>
    public string Path { get; }
}
