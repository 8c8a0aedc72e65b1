using System.Buffers.Binary;
using System.Text;

namespace EventWatcher.Idle;

/// <summary>Reads the host that a TLS client asks for (SNI) from the beginning of what it sends.</summary>
internal static class ClientHello
{
    /// <summary>No client says more before it says whom it wants.</summary>
    public const int MaxLength = 16 * 1024;

    private const int RecordHeader = 5;
    private const int HandshakeHeader = 4;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;

    /// <summary>Looks at what has come so far.</summary>
    /// <param name="data">All that has come.</param>
    /// <param name="host">The host; null where the client asks for none, or speaks no TLS.</param>
    /// <returns>False where more must come before it can be said.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, out string? host)
    {
        host = null;
        var message = new byte[Math.Min(data.Length, MaxLength)];
        var length = 0;

        // The message may be cut across several records.
        while (data.Length > 0)
        {
            if (data[0] != HandshakeRecord || (data.Length > 1 && data[1] != 3))
            {
                return true;
            }

            if (data.Length < RecordHeader)
            {
                return false;
            }

            var size = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
            if (size is 0 or > MaxLength + 2_048)
            {
                return true;
            }

            var part = data[RecordHeader..Math.Min(data.Length, RecordHeader + size)];
            part.CopyTo(message.AsSpan(length));
            length += part.Length;
            if (length >= HandshakeHeader)
            {
                var wanted = HandshakeHeader + (message[1] << 16 | message[2] << 8 | message[3]);
                if (message[0] != ClientHelloMessage || wanted > MaxLength)
                {
                    return true;
                }

                if (length >= wanted)
                {
                    host = HostOf(message.AsSpan(HandshakeHeader, wanted - HandshakeHeader));
                    return true;
                }
            }

            if (part.Length < size)
            {
                return false;
            }

            data = data[(RecordHeader + size)..];
        }

        return false;
    }

    private static string? HostOf(ReadOnlySpan<byte> hello)
    {
        // Version and random, then session id, cipher suites and compression methods, each with its length.
        if (!Skip(ref hello, 34) || !SkipCounted(ref hello, 1) || !SkipCounted(ref hello, 2) || !SkipCounted(ref hello, 1) || hello.Length < 2)
        {
            return null;
        }

        var extensions = hello[2..];
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            var size = BinaryPrimitives.ReadUInt16BigEndian(extensions[2..]);
            if (extensions.Length < 4 + size)
            {
                return null;
            }

            if (type == 0)
            {
                return NameOf(extensions.Slice(4, size));
            }

            extensions = extensions[(4 + size)..];
        }

        return null;
    }

    // A list of names, of which the first of type 0 is a host's.
    private static string? NameOf(ReadOnlySpan<byte> list)
    {
        if (!Skip(ref list, 2))
        {
            return null;
        }

        while (list.Length >= 3)
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(list[1..]);
            if (list.Length < 3 + size)
            {
                return null;
            }

            if (list[0] == 0)
            {
                return Encoding.ASCII.GetString(list.Slice(3, size));
            }

            list = list[(3 + size)..];
        }

        return null;
    }

    private static bool Skip(ref ReadOnlySpan<byte> data, int count)
    {
        if (data.Length < count)
        {
            return false;
        }

        data = data[count..];
        return true;
    }

    private static bool SkipCounted(ref ReadOnlySpan<byte> data, int lengthBytes)
    {
        if (data.Length < lengthBytes)
        {
            return false;
        }

        var count = lengthBytes == 1 ? data[0] : BinaryPrimitives.ReadUInt16BigEndian(data);
        return Skip(ref data, lengthBytes + count);
    }
}
