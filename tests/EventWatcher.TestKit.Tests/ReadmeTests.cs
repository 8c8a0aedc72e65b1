using System.Runtime.CompilerServices;

namespace EventWatcher.TestKit.Tests;

/// <summary>The README's first example, compiled and run.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task Events_of_a_second_come_in_one_batch()
    {
        var time = new FakeTimeProvider();
        var watcher = new FakeWatcher();
        var handler = new RecordingHandler();
        await using var queue = new EventQueue(new EventQueueOptions(), handler.HandleAsync, handler.HandleErrorAsync, timeProvider: time);
        queue.Attach(watcher);
        queue.Start();

        watcher.Emit(TestEvents.Container(EventAction.ContainerStart, "nginx"));
        watcher.Emit(TestEvents.Container(EventAction.ContainerDie, "nginx"));
        await Eventually.TrueAsync(() => queue.Statistics.Pending == 2);
        time.Advance(TimeSpan.FromSeconds(1));

        await handler.WaitForEventsAsync(2);
        Assert.Single(handler.Batches);
    }

    [Fact]
    public void README_has_the_example_that_is_compiled_here() => Assert.Contains(Example(), Read("src/EventWatcher.TestKit/README.md"), StringComparison.Ordinal);

    private static string Example()
    {
        var code = Read("tests/EventWatcher.TestKit.Tests/ReadmeTests.cs");
        var start = code.IndexOf("    [Fact]\n    public async Task Events_of", StringComparison.Ordinal);
        return code[start..code.IndexOf("    }\n", start, StringComparison.Ordinal)];
    }

    private static string Read(string path, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../..", path)).ReplaceLineEndings("\n");
}
