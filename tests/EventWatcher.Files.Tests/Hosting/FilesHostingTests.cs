using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Files.Tests;

public sealed class FilesHostingTests
{
    [Fact]
    public async Task AddDirectory_AddFile_AddConfigFile_feed_one_queue()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("d");
        var seen = new List<string>();
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddEventWatcher()
            .AddDirectory(folder["d"], "tree", static options => options.Recursive = true)
            .AddFile(folder["f"])
            .AddConfigFile(folder["app.yaml"], "settings")
            .AddConfigFile(folder["other.yaml"], "settings")
            .AddQueue("all", queue => queue.Handle((batch, _) =>
            {
                lock (seen)
                {
                    seen.AddRange(batch.Select(static item => item.ToString()));
                }

                return ValueTask.CompletedTask;
            }));
        using var host = builder.Build();
        await host.StartAsync();
        var config = (ConfigFileWatcher)host.Services.GetRequiredKeyedService<IWatcher>("settings");
        await Eventually.TrueAsync(async () =>
        {
            await File.WriteAllTextAsync(folder["app.yaml"], Guid.NewGuid().ToString());
            await config.FlushAsync();
            lock (seen)
            {
                return seen.Contains("written app.yaml");
            }
        });

        folder.Write("d/x", "1");
        folder.Write("f", "1");
        folder.Write("other.yaml", "1");
        await Eventually.TrueAsync(() =>
        {
            lock (seen)
            {
                return seen.Contains("created x") && seen.Contains("created f") && seen.Contains("written other.yaml");
            }
        });
        await host.StopAsync();
    }

    [Fact]
    public void AddDirectory_by_configuration_binds_and_refuses_with_the_key()
    {
        var good = Configure(new()
        {
            ["Watch:Path"] = "/tmp",
            ["Watch:SettleTime"] = "20ms",
            ["Watch:Recursive"] = "true",
            ["Watch:Include:0"] = "*.yaml",
            ["Watch:Polling"] = "always",
        }).Get("directory");
        Assert.Equal(("/tmp", true, FilePolling.Always), (good.Path, good.Recursive, good.Polling));
        Assert.Equal(TimeSpan.FromMilliseconds(20), good.SettleTime);
        Assert.Equal(["*.yaml"], good.Include);

        var bad = Assert.Throws<OptionsValidationException>(() => Configure(new()
        {
            ["Watch:SettleTime"] = "5",
            ["Watch:Recursiv"] = "true",
            ["Watch:PollInterval"] = "0s",
        }).Get("directory"));
        Assert.Contains(bad.Failures, static fault => fault.StartsWith("Watch:SettleTime is \"5\"", StringComparison.Ordinal));
        Assert.Contains(bad.Failures, static fault => fault.Contains("Watch:Recursiv", StringComparison.Ordinal) && fault.Contains("Recursive", StringComparison.Ordinal));
        Assert.Contains(bad.Failures, static fault => fault.Contains("Watch:PollInterval", StringComparison.Ordinal));
        Assert.Contains(bad.Failures, static fault => fault.Contains("Path", StringComparison.Ordinal));
    }

    [Fact]
    public void Constructor_refuses_all_faults_at_once()
    {
        var options = new DirectoryWatcherOptions { SettleTime = TimeSpan.FromHours(1), Capacity = 0, Include = { "[z-a]" } };
        var exception = Assert.Throws<OptionsValidationException>(() => new DirectoryWatcher(options));

        Assert.Equal(4, exception.Failures.Count());
        Assert.Contains("DirectoryWatcherOptions.SettleTime is 01:00:00; allowed: from zero to 00:01:00.", exception.Failures);
        Assert.Throws<OptionsValidationException>(static () => new ConfigFileWatcher());
        Assert.Throws<OptionsValidationException>(static () => new FileWatcher(" "));
    }

    private static IOptionsMonitor<DirectoryWatcherOptions> Configure(Dictionary<string, string?> values)
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        services.AddEventWatcher().AddDirectory(configuration.GetSection("Watch"));
        return services.BuildServiceProvider().GetRequiredService<IOptionsMonitor<DirectoryWatcherOptions>>();
    }
}
