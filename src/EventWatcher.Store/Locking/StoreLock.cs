using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Store;

/// <summary>The right of one process to a store's directory: a file that is held open, and beside it who holds it.</summary>
internal sealed class StoreLock : IDisposable
{
    private const string LockName = "lock";
    private const string InfoName = "lock.info";

    private readonly string _infoPath;
    private readonly SafeFileHandle _handle;

    private StoreLock(string infoPath, SafeFileHandle handle)
    {
        _infoPath = infoPath;
        _handle = handle;
    }

    /// <summary>Takes the lock. The operating system gives it back when the process ends, however it ends.</summary>
    /// <exception cref="EventStoreException">Another store holds it, in this or another process.</exception>
    public static StoreLock Take(string directory, TimeProvider timeProvider)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new EventStoreException(
                $"The event store {directory} is in use by {Holder(directory) ?? "another process"}; close it there, or open it read-only ({exception.Message}).",
                innerException: exception);
        }

        try
        {
            var info = Path.Combine(directory, InfoName);
            File.WriteAllText(info, string.Create(
                CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} on {Environment.MachineName} since {timeProvider.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC\n"));
            return new StoreLock(info, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Tells who holds the lock of a directory, for people; null where nobody says so.</summary>
    public static string? Holder(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, InfoName)).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        // First the note, then the lock: whoever takes it next writes a note of its own.
        if (!_handle.IsClosed)
        {
            File.Delete(_infoPath);
            _handle.Dispose();
        }
    }
}
