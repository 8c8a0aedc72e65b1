using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace EventWatcher.IntegrationTests.Hosting;

/// <summary>Every instrument and activity that an application of this process has, by its package.</summary>
internal sealed class TelemetryNames : IDisposable
{
    /// <summary>The packages whose READMEs list all names.</summary>
    private static readonly string[] Listed =
    [
        "EventWatcher.Core", "EventWatcher.Docker", "EventWatcher.Files", "EventWatcher.Idle", "EventWatcher.Idle.AspNetCore",
        "EventWatcher.Proxmox", "EventWatcher.Sinks", "EventWatcher.Store",
    ];

    private readonly Lock _gate = new();
    private readonly SortedSet<(string Package, string Name)> _names = [];
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public TelemetryNames()
    {
        _meters.InstrumentPublished = (instrument, _) => Add(instrument.Meter.Name, instrument.Name);
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = static source => IsOurs(source.Name),
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => Add(activity.Source.Name, activity.OperationName),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    /// <summary>A README may say <c>….queue.depth</c> after a name that it says in full.</summary>
    public void AssertNamedInReadmes()
    {
        List<(string Package, string Name)> names;
        lock (_gate)
        {
            names = [.. _names];
        }

        Assert.Contains(("EventWatcher.Core", "flush"), names);
        Assert.Contains(("EventWatcher.Core", "eventwatcher.event.flush"), names);
        var missing = names.Where(static item => Listed.Contains(item.Package) && !IsNamed(item.Package, item.Name)).ToList();
        Assert.True(missing.Count == 0, "Not in the READMEs: " + string.Join(", ", missing));
    }

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private static bool IsOurs(string name) => name.StartsWith("EventWatcher.", StringComparison.Ordinal);

    private static bool IsNamed(string package, string name)
    {
        var readme = File.ReadAllText(Path.Combine(Root(), "src", package, "README.md"));
        var words = name.Split('.');
        return readme.Contains($"`{name}`", StringComparison.Ordinal)
            || (words.Length > 2 && readme.Contains($"`….{words[^2]}.{words[^1]}`", StringComparison.Ordinal));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    private void Add(string package, string name)
    {
        if (IsOurs(package))
        {
            lock (_gate)
            {
                _names.Add((package, name));
            }
        }
    }
}
