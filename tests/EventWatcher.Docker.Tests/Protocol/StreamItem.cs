using System.Runtime.InteropServices;

namespace EventWatcher.Docker.Tests;

/// <summary>What waits in a live stream's buffer: one event, a block of events, raw bytes, a mark, or the order to cut.</summary>
/// <param name="Bytes">JSON or anything else.</param>
/// <param name="Events">How many of the buffer's places it takes.</param>
/// <param name="Separated">The stream's event separator is to follow.</param>
/// <param name="Cut">End the stream here instead of writing.</param>
/// <param name="Passed">Nothing is to be written; completed when all before it was.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamItem(ReadOnlyMemory<byte> Bytes, int Events, bool Separated, CutMode? Cut = null, TaskCompletionSource? Passed = null);
