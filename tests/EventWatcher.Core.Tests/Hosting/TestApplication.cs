using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Core.Tests.Hosting;

/// <summary>Real hosts for the tests: in Development, so that scopes and the making of services are validated.</summary>
internal static class TestApplication
{
    public static HostApplicationBuilder Create(params (string Key, string? Value)[] configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            EnvironmentName = Environments.Development,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(configuration.Select(static value => KeyValuePair.Create(value.Key, value.Value)));
        return builder;
    }

    /// <summary>A clock that only the test moves, so that nothing is flushed before the test says so.</summary>
    public static FakeTimeProvider UseFakeTime(this HostApplicationBuilder builder)
    {
        var time = new FakeTimeProvider();
        builder.Services.AddSingleton<TimeProvider>(time);
        return time;
    }

    /// <summary>What is logged from now on, as "Level: message".</summary>
    public static IReadOnlyCollection<string> UseRecordingLog(this HostApplicationBuilder builder)
    {
        var log = new RecordingLog();
        builder.Logging.AddProvider(log);
        return log.Lines;
    }

    public static EventQueue Queue(this IHost host, string name) => host.Services.GetRequiredKeyedService<EventQueue>(name);

    public static QueueBuilder Handle(this QueueBuilder queue, RecordingHandler handler) =>
        queue.Handle(handler.HandleAsync).OnError(handler.HandleErrorAsync);
}
