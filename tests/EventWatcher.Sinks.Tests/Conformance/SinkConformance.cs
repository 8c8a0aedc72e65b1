using System.Globalization;

namespace EventWatcher.Sinks.Tests;

/// <summary>Conformance of a sink that brings its items to another one.</summary>
public abstract class SinkConformance : SinkConformanceTests<string>
{
    private protected RecordingSink<string> Target { get; } = new();

    protected override string CreateItem(int number) => number.ToString(CultureInfo.InvariantCulture);

    protected override async Task<IReadOnlyList<string>> ReceiveAsync(int count)
    {
        await Target.WaitForItemsAsync(count);
        return Target.Items;
    }
}
