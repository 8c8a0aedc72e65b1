using Microsoft.Win32.SafeHandles;

namespace Watch;

/// <summary>Standard output that says so when nobody reads it any more; the console's own writer keeps that to itself.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    private static readonly SafeFileHandle Handle = new(Descriptor, ownsHandle: false);

    private static readonly FileStream? Stream =
        Console.IsOutputRedirected && !OperatingSystem.IsWindows() ? new FileStream(Handle, FileAccess.Write, bufferSize: 0) : null;

    public static TextWriter Writer { get; } = Stream is { CanSeek: false } pipe ? new StreamWriter(pipe) { AutoFlush = true } : Console.Out;
}
