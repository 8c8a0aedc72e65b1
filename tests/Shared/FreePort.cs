using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Tests.Shared;

/// <summary>
/// Ports on which nobody listens, and that stay so until the test does: below those that the system gives to outgoing
/// connections and to servers that take any, of which the tests beside this one make thousands, and another one each time.
/// </summary>
internal static class FreePort
{
    private const int First = 11_000;
    private const int Count = 21_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>Returns a port of the loopback address.</summary>
    public static int OfTcp() => Find(SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Returns a port of the loopback address.</summary>
    public static int OfUdp() => Find(SocketType.Dgram, ProtocolType.Udp);

    private static int Find(SocketType type, ProtocolType protocol)
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Somebody's server, or the system's own: the next one.
                continue;
            }
        }
    }
}
