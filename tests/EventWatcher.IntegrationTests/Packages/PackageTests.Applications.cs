using System.Runtime.InteropServices;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests.Packages;

// Fresh applications, which know the packages by their names and the READMEs by what they show.
public sealed partial class PackageTests
{
    [SkippableFact]
    public async Task Console_application_runs_what_the_readmes_show()
    {
        engine.SkipUnlessAvailable();
        var folder = await feed.CreateAsync("console", "Microsoft.NET.Sdk", "EventWatcher.Docker", "EventWatcher.Files", "Microsoft.Extensions.Hosting/10.0.14");
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), ConsoleProgram.Text);
        await feed.RunAsync(folder, "build", "--output", "out", "-verbosity:quiet");
        var program = Path.Combine(folder, "out", "console.dll");

        foreach (var (example, line) in new[] { ("first", "create ew-package"), ("hosted", "create ew-package"), ("foreach", "ew-package ended with 137") })
        {
            await using var application = SampleProcess.Run(engine.Host.Endpoint, Host, program, example);
            _ = await application.WaitForLineAsync(static said => said == "started");
            await Deadline.UntilAsync(async () => (await engine.Control.InfoAsync())["NEventsListener"]!.GetValue<int>() > 0, static () => "a subscription");
            await engine.Control.RemoveAsync(await engine.Control.RunAsync(new ContainerSpec { Name = "ew-package" }));

            _ = await application.WaitForLineAsync(said => said == line);
            application.Signal(Posix.SigTerm);
            Assert.Equal((example, 0), (example, (await application.EndAsync()).Code));
            await Deadline.UntilAsync(async () => (await engine.Control.InfoAsync())["NEventsListener"]!.GetValue<int>() == 0, static () => "no subscription");
        }
    }

    [SkippableFact]
    public async Task Web_application_that_the_readme_shows_wakes_a_container()
    {
        engine.SkipUnlessAvailable();
        var folder = await feed.CreateAsync("web", "Microsoft.NET.Sdk.Web", "EventWatcher.Docker", "EventWatcher.Idle.AspNetCore");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"),
            "using EventWatcher.Docker;\n\n" + Readme.Example("src/EventWatcher.Idle.AspNetCore/README.md", "idle-gateway"));
        await feed.RunAsync(folder, "build", "--output", "out", "-verbosity:quiet");
        var (port, listen) = (FreePort.OfTcp(), FreePort.OfTcp());
        await engine.Control.CreateAsync(IdleHouse.WebServer("ew-package-web", port) with
        {
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["eventwatcher.idle.idle-timeout"] = "10m",
                ["eventwatcher.idle.host"] = "app.localhost",
                ["eventwatcher.idle.url"] = $"http://127.0.0.1:{port}",
            },
        });
        try
        {
            await using var application = SampleProcess.Run(engine.Host.Endpoint, Host, Path.Combine(folder, "out", "web.dll"), "--urls", $"http://127.0.0.1:{listen}");
            _ = await application.WaitForLineAsync(static line => line.Contains("Application started", StringComparison.Ordinal));
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            var body = "";
            await Deadline.UntilAsync(async () => (body = await GetAsync(client, listen)) == "hello\n", () => $"the container's page; {body}");

            Assert.Equal("running", (await engine.Control.FindAsync("ew-package-web"))?.State);
            application.Signal(Posix.SigTerm);
            Assert.Equal(0, (await application.EndAsync()).Code);
        }
        finally
        {
            await engine.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Sample_on_packages_is_published_trimmed_without_a_warning_and_runs()
    {
        engine.SkipUnlessAvailable();
        var folder = await feed.CreateAsync("watch", "Microsoft.NET.Sdk", "EventWatcher.Docker", "EventWatcher.Files", "EventWatcher.Proxmox");
        foreach (var source in Directory.EnumerateFiles(Path.Combine(LocalFeed.Root(), "samples/Watch"), "*.cs").Append(Path.Combine(LocalFeed.Root(), "src/Shared/DurationParser.cs")))
        {
            File.Copy(source, Path.Combine(folder, Path.GetFileName(source)));
        }

        var runtime = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        var said = await feed.RunAsync(
            folder, "publish", "--runtime", runtime, "--self-contained", "-p:PublishTrimmed=true", "-p:TrimmerSingleWarn=false", "--output", "out", "-verbosity:minimal");
        await using var watch = SampleProcess.Run(engine.Host.Endpoint, Path.Combine(folder, "out", "watch"), "--json", "--max-batch", "1");
        Assert.Equal("""{"ready":"docker"}""", await watch.WaitForLineAsync(static _ => true));
        await engine.Control.RemoveAsync(await engine.Control.CreateAsync(new ContainerSpec { Name = "ew-trimmed" }));

        _ = await watch.WaitForLineAsync(static line => line.Contains("\"destroy\"", StringComparison.Ordinal));
        watch.Signal(Posix.SigTerm);
        Assert.Equal((0, ""), await watch.EndAsync());
        Assert.DoesNotContain("warning", said, StringComparison.OrdinalIgnoreCase);
    }

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static async Task<string> GetAsync(HttpClient client, int port)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/index.html");
        request.Headers.Host = "app.localhost";
        using var answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
