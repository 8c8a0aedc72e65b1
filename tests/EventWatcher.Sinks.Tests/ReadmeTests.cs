using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Sinks.Tests;

/// <summary>The README's examples, compiled; each stands there as it stands here.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task Sentence_compiles_and_pipes()
    {
        var watcher = new FakeWatcher();
        using var client = new HttpClient();
        #region README
        await using var sink = Sink.To(Sink.ToHttp(client, new Uri("https://hooks.example/containers")))
            .WithRetry(new Breaker(5, TimeSpan.FromSeconds(1)))
            .WithQueue(capacity: 1_000)
            .Where(e => e.Action.IsContainerStart);

        await using var pipe = watcher.PipeTo(sink);
        #endregion
        Assert.Equal(1, watcher.SubscriptionCount);
    }

    [Fact]
    public async Task Subscribers_loop_resyncs_after_it_fell_behind()
    {
        var broadcaster = new Broadcaster<int>();
        var (resyncs, handled) = (0, new List<int>());
        async Task ResyncAsync()
        {
            // The first time it falls behind, the second time it does not.
            for (var i = 0; i < (resyncs == 0 ? 2_000 : 5); i++)
            {
                await broadcaster.WriteAsync(i);
            }

            if (resyncs++ > 0)
            {
                await broadcaster.DisposeAsync();
            }
        }

        Task HandleAsync(int item)
        {
            handled.Add(item);
            return Task.CompletedTask;
        }

        await Eventually.CompletesAsync(RunAsync());

        Assert.Equal(2, resyncs);
        Assert.Equal(1_005, handled.Count);

        async Task RunAsync()
        {
            #region README
            while (true)
            {
                await using var events = broadcaster.Subscribe(capacity: 1_000);
                await ResyncAsync();
                try
                {
                    await foreach (var e in events)
                    {
                        await HandleAsync(e);
                    }

                    return;
                }
                catch (SubscriberLaggedException lagged)
                {
                    Console.WriteLine($"{lagged.Missed} missed; reading the true state anew");
                }
            }
            #endregion
        }
    }

    [Fact]
    public void AddSink_compiles()
    {
        var services = new ServiceCollection();
        var address = new Uri("https://hooks.example/");
        services.AddEventWatcher()
            .AddSink("hooks", services => Sink.ToHttp(services.GetRequiredService<HttpClient>(), address));
        Assert.Contains("    .AddSink(\"hooks\", services => Sink.ToHttp(services.GetRequiredService<HttpClient>(), address));", Readme(), StringComparison.Ordinal);
    }

    [Fact]
    public void README_has_the_examples_that_are_compiled_here()
    {
        var code = Read("tests/EventWatcher.Sinks.Tests/ReadmeTests.cs");
        var examples = code.Split("#region README\n").Skip(1).Select(rest => Unindent(rest[..rest.IndexOf("#endregion", StringComparison.Ordinal)])).Take(2).ToArray();
        Assert.Equal(2, examples.Length);
        Assert.All(examples, example => Assert.Contains(example, Readme(), StringComparison.Ordinal));
    }

    private static string Unindent(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line));
    }

    private static string Readme() => Read("src/EventWatcher.Sinks/README.md");

    private static string Read(string path, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../..", path)).ReplaceLineEndings("\n");
}
