using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>nginx or Caddy with the README's configuration, a folder of its own, and nothing of the machine's.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

    private readonly Process _process;
    private readonly string _folder;
    private readonly Task<string> _errors;
    private readonly Task<string> _output;

    private ProxyProcess(Process process, string folder, int port)
    {
        (_process, _folder) = (process, folder);
        Address = new Uri($"http://127.0.0.1:{port}");
        _errors = process.StandardError.ReadToEndAsync();
        _output = process.StandardOutput.ReadToEndAsync();
    }

    public Uri Address { get; }

    /// <summary>First line of every test, which is then a <c>[SkippableTheory]</c>.</summary>
    public static void SkipUnlessInstalled(string proxy) => Skip.If(Find(proxy) is null, $"{proxy} is not installed; the package is called the same.");

    public static async Task<ProxyProcess> StartAsync(string proxy, int gateway, int application)
    {
        for (var attempt = 1; ; attempt++)
        {
            var process = Start(proxy, gateway, application);
            try
            {
                await Deadline.UntilAsync(
                    async () => process._process.HasExited ? throw new InvalidOperationException($"{proxy} ended: {await process._errors}") : await IsThereAsync(process.Address.Port),
                    () => $"{proxy} to listen");
                return process;
            }
            catch (Exception failure)
            {
                await process.DisposeAsync();
                if (attempt == 3 || !failure.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
                {
                    throw;
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Posix.Signal(_process.Id, Posix.SigTerm);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                // What it started goes with it.
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        await Task.WhenAll(_errors, _output);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ProxyProcess Start(string proxy, int gateway, int application)
    {
        var folder = Directory.CreateTempSubdirectory("ew-proxy-").FullName;
        var port = FreePort.OfTcp();
        var configuration = ReadmeConfiguration.Of(proxy, gateway, application);
        var (text, arguments) = proxy == "nginx" ? OfNginx(configuration, folder, port) : OfCaddy(configuration, folder, port);
        var file = Path.Combine(folder, "configuration");
        File.WriteAllText(file, text);
        var start = new ProcessStartInfo(Find(proxy)!)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument.Replace("{file}", file, StringComparison.Ordinal));
        }

        foreach (var name in (string[])["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"])
        {
            start.Environment[name] = folder;
        }

        return new ProxyProcess(Process.Start(start)!, folder, port);
    }

    private static string? Find(string proxy) => Places.Select(place => Path.Combine(place, proxy)).FirstOrDefault(File.Exists);

    private static (string Text, string[] Arguments) OfNginx(string server, string folder, int port)
    {
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var temp = string.Join(' ', ((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {folder}/{kind};"));
        var text = $$"""
            daemon off;
            {{user}}
            worker_processes 1;
            pid {{folder}}/pid;
            error_log {{folder}}/error.log;
            events { }
            http {
                access_log off;
                {{temp}}
            {{server.Replace("listen 80;", string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port};"), StringComparison.Ordinal)}}
            }
            """;
        return (text, ["-p", folder, "-c", "{file}", "-e", Path.Combine(folder, "error.log")]);
    }

    // Two names, so that one of them is a host that nobody manages.
    private static (string Text, string[] Arguments) OfCaddy(string site, string folder, int port)
    {
        var names = string.Create(CultureInfo.InvariantCulture, $"http://{ReadmeConfiguration.Host}:{port}, http://other.example.org:{port} {{\n    bind 127.0.0.1");
        var text = $$"""
            {
                admin off
                auto_https off
                storage file_system {{folder}}
            }
            {{site.Replace(ReadmeConfiguration.Host + " {", names, StringComparison.Ordinal)}}
            """;
        return (text, ["run", "--config", "{file}", "--adapter", "caddyfile"]);
    }

    private static async Task<bool> IsThereAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
