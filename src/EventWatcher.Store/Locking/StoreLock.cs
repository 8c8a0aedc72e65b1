using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Store;

/// <summary>The right of one process to a store's directory: a file that is held open, and beside it who holds it.</summary>
internal sealed class StoreLock : IDisposable
{
    private const string LockName = "lock";
    private const string InfoName = "lock.info";

    // What the system says where another one holds the file: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION.
    private static readonly int HeldByAnother = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;

    private readonly string _infoPath;
    private readonly SafeFileHandle _handle;

    private StoreLock(string infoPath, SafeFileHandle handle)
    {
        _infoPath = infoPath;
        _handle = handle;
    }

    /// <summary>Takes the lock. The operating system gives it back when the process ends, however it ends.</summary>
    /// <exception cref="EventStoreException">Another store holds it, in this or another process.</exception>
    /// <exception cref="IOException">The file that is held can't be made.</exception>
    public static StoreLock Take(string directory, TimeProvider timeProvider)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult == HeldByAnother)
        {
            throw new EventStoreException(
                $"The event store {directory} is in use by {Holder(directory) ?? "another process"}; close it there, or open it read-only ({exception.Message}).",
                innerException: exception);
        }

        var info = Path.Combine(directory, InfoName);
        try
        {
            File.WriteAllText(info, string.Create(
                CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} on {Environment.MachineName} since {timeProvider.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC\n"));
        }
        catch (IOException)
        {
            // A full disk, say. The lock is held all the same, and only the one who is refused knows less.
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new StoreLock(info, handle);
    }

    /// <summary>Tells who holds the lock of a directory, for people; null where nobody says so, or who said so is gone.</summary>
    public static string? Holder(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, InfoName)).Trim();
            return text.Length > 0 && !IsGone(text) ? text : null;
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

    /// <summary>Tells whether a note is known to be left by a process that was killed; of another machine's nobody here knows.</summary>
    private static bool IsGone(string note)
    {
        if (note.Split(' ') is not ["process", var id, "on", var machine, ..]
            || !string.Equals(machine, Environment.MachineName, StringComparison.Ordinal)
            || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        // First the note, then the lock: whoever takes it next writes a note of its own.
        if (_handle.IsClosed)
        {
            return;
        }

        try
        {
            File.Delete(_infoPath);
        }
        catch (IOException)
        {
            // The directory is gone, or can't be written any more. A note that stays is overwritten by the next holder.
        }
        finally
        {
            _handle.Dispose();
        }
    }
}
