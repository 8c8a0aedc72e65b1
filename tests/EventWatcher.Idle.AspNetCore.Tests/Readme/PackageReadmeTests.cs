using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>What the README lists is all there is.</summary>
public sealed class PackageReadmeTests
{
    [Fact]
    public void Every_instrument_is_listed()
    {
        var names = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == IdleHttpTelemetry.Name)
                {
                    names.Add(instrument.Name);
                }
            },
        };
        RuntimeHelpers.RunClassConstructor(typeof(IdleHttpTelemetry).TypeHandle);
        listener.Start();

        Assert.NotEmpty(names);
        Assert.All(names, static name => Assert.Contains($"| `{name}` |", Readme(), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_reason_is_listed_with_its_status()
    {
        var refusals = typeof(HttpRefusal).GetProperties(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)
            .Select(static property => property.GetValue(null)).OfType<HttpRefusal>()
            .Concat(Enum.GetValues<IdleRefusalReason>().Select(static reason => HttpRefusal.Of(reason)))
            .Distinct().ToList();

        Assert.True(refusals.Count > 12);
        Assert.All(refusals, static refusal => Assert.Contains(
            Readme().Split('\n'),
            line => line.StartsWith("| ", StringComparison.Ordinal) && line.Split('|')[1].Contains($"{refusal.Status}", StringComparison.Ordinal) && line.Contains($"`{refusal.Reason}`", StringComparison.Ordinal)));
    }

    private static string Readme([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/EventWatcher.Idle.AspNetCore/README.md"));
}
