using System.Globalization;

namespace EventWatcher.Store.Tests;

/// <summary>The sample's commands, as its user has them.</summary>
public sealed class DurableHandlersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventwatcher-sample-");

    private string Log => Path.Combine(_folder.FullName, "log");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Produce_acknowledges_what_dump_then_prints()
    {
        var produced = await SampleProcess.RunAsync("produce", Log, "--writers", "4", "--count", "50", "--size", "100");
        var dumped = await SampleProcess.RunAsync("dump", Log);

        Assert.Equal((0, ""), (produced.Code, produced.Errors));
        Assert.Equal((0, ""), (dumped.Code, dumped.Errors));
        Assert.Equal(50, dumped.Lines.Count);
        Assert.Equal(
            produced.Lines.Select(static line => line["ack ".Length..]).OrderBy(Sequence),
            dumped.Lines);
        Assert.Equal(50, dumped.Lines.Select(static line => line.Split(' ')[1]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Handle_goes_on_where_it_was_and_inspect_says_so()
    {
        await SampleProcess.RunAsync("produce", Log, "--count", "5");
        var first = await SampleProcess.RunAsync("handle", Log, "--id", "mailer", "--once");
        await SampleProcess.RunAsync("produce", Log, "--count", "3");
        await using (var second = SampleProcess.Start("handle", Log, "--id", "mailer"))
        {
            await second.WaitForLinesAsync(3);
            var refused = await SampleProcess.RunAsync("produce", Log);
            Assert.Equal(1, refused.Code);
            Assert.Contains($"process {second.Id}", refused.Errors, StringComparison.Ordinal);

            Assert.Equal((0, ""), await second.TerminateAsync());
            Assert.Equal([6, 7, 8], second.Lines.Select(static line => Sequence(line["handled ".Length..])));
        }

        await SampleProcess.RunAsync("produce", Log, "--count", "2");
        var inspected = await SampleProcess.RunAsync("inspect", Log);

        Assert.Equal([1, 2, 3, 4, 5], first.Lines.Select(static line => Sequence(line["handled ".Length..])));
        Assert.Equal(0, inspected.Code);
        Assert.Contains("events     1..10 (10)", inspected.Lines);
        Assert.Contains("horizon    1", inspected.Lines);
        Assert.Contains("no damage", inspected.Lines);
        var checkpoint = Assert.Single(inspected.Lines, static line => line.StartsWith("mailer", StringComparison.Ordinal));
        Assert.Equal(["mailer", "8", "2"], checkpoint.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3));
    }

    [Fact]
    public async Task Inspect_tells_of_damage()
    {
        await SampleProcess.RunAsync("produce", Log, "--count", "20");
        await using (var store = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = Log }))
        {
            await store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "last", default));
        }

        var segment = Directory.EnumerateFiles(Log, "*.events").Order(StringComparer.Ordinal).First();
        await using (var file = File.Open(segment, FileMode.Open))
        {
            file.Position = 300;
            var value = file.ReadByte();
            file.Position = 300;
            file.WriteByte((byte)(value ^ 1));
        }

        var inspected = await SampleProcess.RunAsync("inspect", Log);
        Assert.Equal(1, inspected.Code);
        Assert.Contains(inspected.Lines, static line => line.StartsWith("The event log is damaged:", StringComparison.Ordinal));
        Assert.Contains(inspected.Lines, static line => line.EndsWith("DAMAGED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_handles_what_happens_in_a_folder_and_goes_on_after_a_restart()
    {
        var watched = _folder.CreateSubdirectory("watched").FullName;
        await using (var first = SampleProcess.Start("watch", Log, "--folder", watched))
        {
            await first.WaitForLineAsync(static line => line == "watching");
            await WriteUntilSeenAsync(first, watched, "a");
            Assert.Equal((0, ""), await first.TerminateAsync());
        }

        var handled = 0L;
        await using (var store = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = Log }))
        {
            handled = (await store.GetCheckpointAsync("print"))!.Value;
            Assert.InRange(handled, 1, await store.GetLatestSequenceNumberAsync());
        }

        await using var second = SampleProcess.Start("watch", Log, "--folder", watched);
        await second.WaitForLineAsync(line => line == $"watching; {handled} events were handled before");
        await WriteUntilSeenAsync(second, watched, "b");
        Assert.Equal(handled + 1, Sequence(second.Lines.First(static line => line.StartsWith("handled ", StringComparison.Ordinal))["handled ".Length..]));
        Assert.Equal((0, ""), await second.TerminateAsync());
    }

    [Theory]
    [InlineData()]
    [InlineData("dance", "x")]
    [InlineData("produce")]
    [InlineData("produce", "x", "--writers", "0")]
    [InlineData("produce", "x", "--id", "y")]
    [InlineData("handle", "x")]
    [InlineData("watch", "x", "--docker", "off")]
    public async Task Arguments_that_make_no_sense_are_refused_with_the_usage(params string[] arguments)
    {
        var (code, lines, errors) = await SampleProcess.RunAsync(arguments);

        Assert.Equal(arguments.Length == 0 ? 0 : 2, code);
        Assert.Contains("usage: ", arguments.Length == 0 ? string.Join('\n', lines) : errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists("x"));
    }

    private static long Sequence(string line) => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>Another file until one is seen: the watcher may be ready a little after it says so.</summary>
    private static async Task WriteUntilSeenAsync(SampleProcess process, string folder, string prefix)
    {
        var number = 0;
        await TestKit.Eventually.TrueAsync(async () =>
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{prefix}{number++}"), "1");
            return process.Lines.Any(line => line.StartsWith("handled ", StringComparison.Ordinal) && line.Contains($" {prefix}", StringComparison.Ordinal))
                && process.Lines.Any(static line => line.StartsWith("counted ", StringComparison.Ordinal));
        });
    }
}
