using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventWatcher.Files;

// The reader thread.
internal sealed partial class InotifySource
{
    private const int HeaderSize = 16;
    private const int BufferSize = 256 * 1024;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int SetTimerSlack = 29;

    /// <summary>Called by the reader before it reads, for tests that need a queue to overflow.</summary>
    internal Action? BeforeRead { get; set; }

    private unsafe void Read()
    {
        // By default the kernel lets a thread's timers be 50 microseconds late. Where it refuses, they are.
        _ = InotifyCalls.ProcessControl(SetTimerSlack, 1);
        var buffer = (byte*)NativeMemory.Alloc(BufferSize);
        var entries = stackalloc InotifyCalls.PollEntry[3];
        entries[0] = new() { Descriptor = _descriptor, Wanted = InotifyCalls.PollIn };
        entries[1] = new() { Descriptor = _wake, Wanted = InotifyCalls.PollIn };
        entries[2] = new() { Descriptor = _mounts.Descriptor, Wanted = InotifyCalls.PollPriority };
        while (!Volatile.Read(ref _isClosed))
        {
            var timeout = default(InotifyCalls.TimeSpec);
            var wait = Alarms.RingDue();
            if (wait >= 0)
            {
                timeout.Seconds = wait / 1_000_000_000;
                timeout.Nanoseconds = wait % 1_000_000_000;
            }

            entries[0].Returned = entries[1].Returned = entries[2].Returned = 0;
            if (InotifyCalls.Poll(entries, 3, wait >= 0 ? &timeout : null, null) < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                break;
            }

            if (entries[1].Returned != 0)
            {
                ulong count;
                _ = InotifyCalls.Read(_wake, (byte*)&count, sizeof(ulong));
            }

            if (entries[2].Returned != 0)
            {
                TellMounts();
            }

            if (entries[0].Returned != 0)
            {
                BeforeRead?.Invoke();
                ReadQueue(buffer);
            }
        }

        NativeMemory.Free(buffer);
        lock (_gate)
        {
            _isClosed = true;
            _ = InotifyCalls.Close(_descriptor);
            _ = InotifyCalls.Close(_wake);
            _mounts.Close();
            PassBarriers();
        }

        _ended.TrySetResult();
    }

    private unsafe void ReadQueue(byte* buffer)
    {
        while (true)
        {
            var count = InotifyCalls.Read(_descriptor, buffer, BufferSize);
            if (count <= 0)
            {
                if (count < 0 && Marshal.GetLastPInvokeError() is not (Interrupted or WouldBlock))
                {
                    Overflow();
                }

                return;
            }

            for (var rest = new ReadOnlySpan<byte>(buffer, (int)count); rest.Length >= HeaderSize;)
            {
                var watch = BinaryPrimitives.ReadInt32LittleEndian(rest);
                var signals = (FileSignals)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
                var cookie = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
                var length = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
                var name = rest.Slice(HeaderSize, length);
                var end = name.IndexOf((byte)0);
                Dispatch(watch, signals, cookie, end < 0 ? name : name[..end]);
                rest = rest[(HeaderSize + length)..];
            }

            if (count < BufferSize / 2)
            {
                // What came since is announced by the next poll.
                return;
            }
        }
    }

    private void Dispatch(int watch, FileSignals signals, uint cookie, ReadOnlySpan<byte> name)
    {
        if ((signals & FileSignals.Overflow) != FileSignals.None)
        {
            Overflow();
            return;
        }

        IFileEventTarget? target;
        int token;
        (IFileEventTarget Target, int Token)[]? several;
        lock (_gate)
        {
            if ((signals & FileSignals.Ignored) != FileSignals.None)
            {
                if (_barriers.Remove(watch, out var waiting))
                {
                    waiting.Target.OnBarrier(waiting.Barrier);
                    return;
                }

                if (!_watches.Take(watch, out target, out token, out several))
                {
                    return;
                }
            }
            else if (!_watches.TryGet(watch, out target, out token, out several))
            {
                return;
            }
        }

        FilesTelemetry.SignalRead();
        if (several is null)
        {
            target!.OnSignal(watch, token, signals, cookie, name);
            return;
        }

        foreach (var one in several)
        {
            one.Target.OnSignal(watch, one.Token, signals, cookie, name);
        }
    }

    private void Overflow()
    {
        FilesTelemetry.QueueOverflowed();
        IFileEventTarget[] targets;
        lock (_gate)
        {
            targets = _watches.Targets();
        }

        // Single files and configuration are few and matter most: they are looked at before any tree is scanned.
        foreach (var target in targets.OrderByDescending(static target => target.IsUrgent))
        {
            target.OnOverflow();
        }

        lock (_gate)
        {
            PassBarriers();
        }
    }

    /// <summary>Whoever waits gets his answer behind the overflow: the sign he waits for may be among what was lost.</summary>
    private void PassBarriers()
    {
        foreach (var (target, barrier) in _barriers.Values)
        {
            target.OnBarrier(barrier);
        }

        _barriers.Clear();
    }

    private void TellMounts()
    {
        var changed = _mounts.ReadChanges();
        if (changed.Count == 0)
        {
            return;
        }

        IFileEventTarget[] targets;
        lock (_gate)
        {
            targets = _watches.Targets();
        }

        foreach (var target in targets)
        {
            target.OnMountsChanged(changed);
        }
    }
}
