using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// An <c>sshd</c> of our own on a loopback port: keys, configuration and known hosts are in a folder of its own, and
/// whoever has the client's key is the user that runs the tests.
/// </summary>
public sealed class SshServer : IAsyncDisposable
{
    /// <summary>What the client's configuration calls it.</summary>
    public const string Host = "ew-engine";

    /// <summary>The server insists on it, and leaves it empty: the unprivileged part of it lives there.</summary>
    private const string EmptyFolder = "/run/sshd";

    private readonly string _folder;
    private readonly bool _madeEmptyFolder;
    private readonly Process _process;

    private SshServer(string folder, bool madeEmptyFolder, Process process)
    {
        _folder = folder;
        _madeEmptyFolder = madeEmptyFolder;
        _process = process;
    }

    /// <summary>Where the program is, or null: Debian's package is <c>openssh-server</c>. It wants its full path.</summary>
    public static string? Program { get; } = Find("sshd");

    /// <summary>The configuration file with which a client finds its way and is let in.</summary>
    public string ClientConfig => Path.Combine(_folder, "ssh_config");

    /// <summary>The same with a key that nobody knows.</summary>
    public string StrangersConfig => Path.Combine(_folder, "stranger_config");

    /// <summary>The same for a client that does not know the host.</summary>
    public string UnknownHostConfig => Path.Combine(_folder, "unknown_config");

    /// <summary>The server's processes for connections that stand.</summary>
    public IReadOnlyList<int> Sessions => ProcessTable.ChildrenOf(_process.Id);

    /// <summary>Starts it; at its side an engine's socket is the one that is used without being named.</summary>
    public static async Task<SshServer> StartAsync(string engineSocket)
    {
        var folder = Directory.CreateTempSubdirectory("ew-ssh-").FullName;
        var makesEmptyFolder = !Directory.Exists(EmptyFolder);
        Directory.CreateDirectory(EmptyFolder);
        foreach (var key in new[] { "host", "client", "stranger" })
        {
            await RunAsync(Find("ssh-keygen")!, "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", Path.Combine(folder, key));
        }

        File.Copy(Path.Combine(folder, "client.pub"), Path.Combine(folder, "authorized_keys"));
        var port = FreePort.OfTcp();
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/authorized_keys
            PidFile none
            UsePAM {(RootIsLocked() ? "yes" : "no")}
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PrintMotd no
            UseDNS no
            MaxStartups 100
            SetEnv DOCKER_HOST=unix://{engineSocket}
            """);
        var hostKey = await File.ReadAllTextAsync(Path.Combine(folder, "host.pub"));
        await File.WriteAllTextAsync(Path.Combine(folder, "known_hosts"), string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{port} {hostKey}"));
        await WriteClientConfigAsync(folder, "ssh_config", port, "client", "known_hosts");
        await WriteClientConfigAsync(folder, "stranger_config", port, "stranger", "known_hosts");
        await WriteClientConfigAsync(folder, "unknown_config", port, "client", "nobody_known");

        var process = Process.Start(new ProcessStartInfo(Program!) { ArgumentList = { "-D", "-e", "-f", folder + "/sshd_config" }, RedirectStandardError = true, UseShellExecute = false })!;
        var log = process.StandardError.ReadToEndAsync();
        var server = new SshServer(folder, makesEmptyFolder, process);
        try
        {
            await Deadline.UntilAsync(
                async () => process.HasExited ? throw new InvalidOperationException($"sshd ended: {await log}") : await ListensAsync(port),
                () => "sshd to listen");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
        if (_madeEmptyFolder)
        {
            Directory.Delete(EmptyFolder);
        }
    }

    private static Task WriteClientConfigAsync(string folder, string name, int port, string key, string knownHosts) =>
        File.WriteAllTextAsync(Path.Combine(folder, name), $"""
            Host {Host}
                HostName 127.0.0.1
                Port {port.ToString(CultureInfo.InvariantCulture)}
                User {Environment.UserName}
                IdentityFile {folder}/{key}
                IdentitiesOnly yes
                IdentityAgent none
                UserKnownHostsFile {folder}/{knownHosts}
                GlobalKnownHostsFile /dev/null

            """);

    // Without PAM the server lets nobody in whose password is locked, whatever the key.
    private static bool RootIsLocked() => File.ReadLines("/etc/shadow").Any(static line => line.StartsWith("root:!", StringComparison.Ordinal));

    private static string? Find(string program) =>
        new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync().WaitAsync(Deadline.Generous);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
