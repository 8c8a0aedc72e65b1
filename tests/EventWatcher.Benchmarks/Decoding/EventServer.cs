using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventWatcher.Benchmarks;

/// <summary>
/// An engine that only sends recorded events, as fast as it can, in a process of its own on a loopback port: so its work
/// does not count, in time or in bytes, as the reader's. It ends when its standard input does.
/// </summary>
internal static class EventServer
{
    public const string CommandName = "serve-events";

    public static async Task RunAsync(CommandArguments arguments)
    {
        var block = RecordedBlock.Create(string.Equals(arguments.Text("--chunk"), "event", StringComparison.Ordinal));
        arguments.RefuseOthers();

        // Closed by the end of the process.
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        _ = AcceptAsync(listener, block);
        _ = await Console.In.ReadToEndAsync();
    }

    private static async Task AcceptAsync(TcpListener listener, RecordedBlock block)
    {
        while (true)
        {
            var socket = await listener.AcceptSocketAsync();
            new Thread(() => Serve(socket, block)) { IsBackground = true, Name = "connection" }.Start();
        }
    }

    private static void Serve(Socket socket, RecordedBlock block)
    {
        using var connection = socket;
        connection.NoDelay = true;
        try
        {
            while (ReadRequest(connection) is { } request)
            {
                if (!request.Contains("/events", StringComparison.Ordinal))
                {
                    _ = connection.Send("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK"u8);
                    continue;
                }

                _ = connection.Send("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8);
                while (true)
                {
                    SendAll(connection, block.Bytes);
                }
            }
        }
        catch (SocketException)
        {
            // The reader has had enough and hung up.
            return;
        }
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    /// <summary>The request's head, or null where there is no more.</summary>
    private static string? ReadRequest(Socket socket)
    {
        var head = new StringBuilder();
        Span<byte> bytes = stackalloc byte[4096];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = socket.Receive(bytes);
            if (count == 0)
            {
                return null;
            }

            _ = head.Append(Encoding.ASCII.GetString(bytes[..count]));
        }

        return head.ToString();
    }
}
