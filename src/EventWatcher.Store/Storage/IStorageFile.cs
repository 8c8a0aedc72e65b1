namespace EventWatcher.Store;

/// <summary>An open file of a store.</summary>
internal interface IStorageFile : IDisposable
{
    /// <summary>Gets how long it is, in bytes.</summary>
    long Length { get; }

    /// <summary>Reads as many bytes as there are, up to the whole buffer.</summary>
    /// <returns>How many: fewer than asked for only at the end of the file.</returns>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes; they survive a power loss only after <see cref="Flush"/>.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes the file longer, with zeros, and sees to it that the disk has room for them.</summary>
    /// <exception cref="IOException">There is no room; the file is as long as it was.</exception>
    void Allocate(long length);

    /// <summary>Makes the file shorter.</summary>
    void Truncate(long length);

    /// <summary>Returns when the bytes, and the length, survive a power loss. Where it throws, nobody knows which do.</summary>
    void Flush();
}
