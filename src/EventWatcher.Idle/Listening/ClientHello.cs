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
        if (FindMessage(data) is not { } wanted)
        {
            return true;
        }

        if (wanted == 0)
        {
            return false;
        }

        // Copied only when all of it is there: it may be cut across several records.
        var message = new byte[wanted];
        var length = 0;
        while (true)
        {
            var size = SizeOf(data);
            var part = data.Slice(RecordHeader, Math.Min(size, message.Length - length));
            part.CopyTo(message.AsSpan(length));
            length += part.Length;
            if (length == message.Length)
            {
                break;
            }

            data = data[(RecordHeader + size)..];
        }

        host = HostOf(message.AsSpan(HandshakeHeader));
        return true;
    }

    private static int SizeOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16BigEndian(record[3..]);

    /// <summary>Finds how long the message is, with its header.</summary>
    /// <returns>Null where it is none; zero where not all of it has come.</returns>
    private static int? FindMessage(ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[HandshakeHeader];
        var length = 0;
        while (data.Length > 0)
        {
            if (data[0] != HandshakeRecord || (data.Length > 1 && data[1] != 3))
            {
                return null;
            }

            if (data.Length < RecordHeader)
            {
                return 0;
            }

            var size = SizeOf(data);
            if (size is 0 or > MaxLength + 2_048)
            {
                return null;
            }

            var part = data[RecordHeader..Math.Min(data.Length, RecordHeader + size)];
            for (var index = 0; length + index < HandshakeHeader && index < part.Length; index++)
            {
                header[length + index] = part[index];
            }

            length += part.Length;
            if (length >= HandshakeHeader)
            {
                var wanted = HandshakeHeader + (header[1] << 16 | header[2] << 8 | header[3]);
                if (header[0] != ClientHelloMessage || wanted > MaxLength)
                {
                    return null;
                }

                if (length >= wanted)
                {
                    return wanted;
                }
            }

            if (part.Length < size)
            {
                return 0;
            }

            data = data[(RecordHeader + size)..];
        }

        return 0;
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
