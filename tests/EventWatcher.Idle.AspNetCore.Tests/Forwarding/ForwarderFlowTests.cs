using System.Net.Sockets;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>Who doesn't read holds the other side back, and fills nobody's memory.</summary>
public sealed class ForwarderFlowTests
{
    // What the kernel's and the server's buffers take on the way is a few of them.
    private const long Most = 64L * 1024 * 1024;

    [Fact]
    public async Task Client_that_does_not_read_holds_a_download_back_until_it_goes_away()
    {
        long sent = 0;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async context =>
        {
            var piece = new byte[64 * 1024];
            try
            {
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                    Interlocked.Add(ref sent, piece.Length);
                }
            }
            finally
            {
                ended.TrySetResult();
            }
        });
        await using var site = await RawContainer.SiteAsync(backend.Address);
        using (var client = await site.OpenAsync("GET / HTTP/1.1", $"Host: {Site.Host}", "", ""))
        {
            await Eventually.TrueAsync(() => Interlocked.Read(ref sent) > 0);
            await StandsStillAsync(() => Interlocked.Read(ref sent));

            Assert.InRange(Interlocked.Read(ref sent), 1, Most);
            Assert.Equal(1, site.App.Snapshot().Leases);
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    [Fact]
    public async Task Container_that_does_not_read_holds_an_upload_back_until_it_goes_away()
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(
            container.Address,
            builder: static web => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(
                web.Services, static server => server.Limits.MaxRequestBodySize = null));
        using var client = await site.OpenAsync("POST / HTTP/1.1", $"Host: {Site.Host}", "Content-Length: 10000000000", "", "");
        long sent = 0;
        var upload = Task.Run(async () =>
        {
            var piece = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    Interlocked.Add(ref sent, await client.SendAsync(piece));
                }
            }
            catch (SocketException)
            {
                // The gateway has given up.
                return;
            }
        });
        using (await container.AcceptAsync())
        {
            await Eventually.TrueAsync(() => Interlocked.Read(ref sent) > 0);
            await StandsStillAsync(() => Interlocked.Read(ref sent));

            Assert.InRange(Interlocked.Read(ref sent), 1, Most);
        }

        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
        client.Dispose();
        await upload.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task StandsStillAsync(Func<long> count)
    {
        var (last, same) = (-1L, 0);
        await Eventually.TrueAsync(() =>
        {
            var now = count();
            same = now == last ? same + 1 : 0;
            last = now;
            return same >= 20;
        });
    }
}
