using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>
/// The kernel's notification: one descriptor and one reader thread for the whole process, from the first watcher to the
/// last. The reader only sorts what it reads by whom it concerns; all work is done elsewhere.
/// </summary>
internal sealed partial class InotifySource : IFileEventSource
{
    private const int NoSpace = 28;

    private readonly Lock _gate = new();
    private readonly WatchTable _watches = new();
    private readonly Dictionary<int, (IFileEventTarget Target, TaskCompletionSource Barrier)> _barriers = [];
    private readonly int _descriptor;
    private readonly int _wake;
    private readonly MountTable _mounts;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    private InotifySource(int descriptor, int wake)
    {
        _descriptor = descriptor;
        _wake = wake;
        _mounts = new MountTable();
        Alarms = new AlarmClock(Wake);
        var thread = new Thread(Read) { IsBackground = true, Name = "EventWatcher.Files" };
        thread.UnsafeStart();
    }

    public bool TellsCloses => true;

    /// <summary>Gets the timers that the reader keeps, finer than the framework's.</summary>
    public AlarmClock Alarms { get; }

    /// <summary>Gets how many directories are watched.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watches.Count;
            }
        }
    }

    /// <summary>Opens a descriptor and starts its reader.</summary>
    /// <param name="error">The kernel's error number where there is none.</param>
    /// <returns>The source, or null.</returns>
    public static InotifySource? TryOpen(out int error)
    {
        error = 0;
        var descriptor = InotifyCalls.Init(InotifyCalls.NonBlocking | InotifyCalls.CloseOnExec);
        if (descriptor < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        var wake = InotifyCalls.EventDescriptor(0, InotifyCalls.NonBlocking | InotifyCalls.CloseOnExec);
        if (wake < 0)
        {
            error = Marshal.GetLastPInvokeError();
            _ = InotifyCalls.Close(descriptor);
            return null;
        }

        return new InotifySource(descriptor, wake);
    }

    public unsafe int Add(string path, FileSignals signals, IFileEventTarget target, int token)
    {
        var bytes = PathBytes.ToBytes(path, stackalloc byte[512]);
        lock (_gate)
        {
            if (_isClosed)
            {
                return -NoSpace;
            }

            int watch;
            fixed (byte* pointer = bytes)
            {
                watch = InotifyCalls.AddWatch(_descriptor, pointer, (uint)(signals | FileSignals.AddToMask | FileSignals.ExcludeUnlinked));
            }

            if (watch < 0)
            {
                return -Marshal.GetLastPInvokeError();
            }

            // Before the lock is left: the reader asks the table who is meant.
            _watches.Add(watch, target, token);
            return watch;
        }
    }

    public void Remove(int watch, IFileEventTarget target, int token)
    {
        lock (_gate)
        {
            if (_watches.Remove(watch, target, token) && !_isClosed)
            {
                _ = InotifyCalls.RemoveWatch(_descriptor, watch);
            }
        }
    }

    public void Leave(IFileEventTarget target)
    {
        lock (_gate)
        {
            foreach (var watch in _watches.RemoveAll(target))
            {
                if (!_isClosed)
                {
                    _ = InotifyCalls.RemoveWatch(_descriptor, watch);
                }
            }
        }
    }

    public unsafe bool Barrier(IFileEventTarget target, TaskCompletionSource barrier)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            // Nobody watches it, and a watch that is taken away says so behind everything that was queued before.
            fixed (byte* path = "/proc/self/status\0"u8)
            {
                var watch = InotifyCalls.AddWatch(_descriptor, path, (uint)FileSignals.DeleteSelf);
                if (watch < 0 || _watches.Contains(watch))
                {
                    return false;
                }

                _barriers.Add(watch, (target, barrier));
                _ = InotifyCalls.RemoveWatch(_descriptor, watch);
                return true;
            }
        }
    }

    /// <summary>Stops the reader and closes the descriptor.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        Wake();
        return _ended.Task;
    }

    private unsafe void Wake()
    {
        ulong one = 1;
        _ = InotifyCalls.Write(_wake, (byte*)&one, sizeof(ulong));
    }
}
