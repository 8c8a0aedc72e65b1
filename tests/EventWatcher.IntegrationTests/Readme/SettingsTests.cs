using System.Runtime.CompilerServices;
using System.Text;
using EventWatcher.Docker;
using EventWatcher.Files;
using EventWatcher.Idle;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.IntegrationTests;

/// <summary>The settings that Core's README shows are read by the code that it shows beside them.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Settings_in_the_readme_are_taken_as_they_stand()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(Json()));
        builder.Configuration.AddJsonStream(json);
        SettingsSnippets.Settings(builder);
        using var host = builder.Build();

        host.Services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal("tcp://nas:2375", Options<DockerWatcherOptions>(host, "nas").Endpoint);
        Assert.Null(Options<DockerWatcherOptions>(host, "local").Endpoint);
        Assert.True(Options<DirectoryWatcherOptions>(host, "sites").Recursive);
        Assert.Equal(TimeSpan.FromMilliseconds(200), Options<EventQueueOptions>(host, "routes").FlushInterval);
        Assert.Equal(TimeSpan.FromMinutes(10), Options<IdleOptions>(host, "").Defaults.IdleTimeout);
    }

    private static T Options<T>(IHost host, string name) => host.Services.GetRequiredService<IOptionsMonitor<T>>().Get(name);

    private static string Json([CallerFilePath] string here = "")
    {
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/EventWatcher.Core/README.md"));
        var begin = readme.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        return readme[begin..readme.IndexOf("```", begin, StringComparison.Ordinal)];
    }
}
