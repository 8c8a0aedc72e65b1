using System.Security.Cryptography;
using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>A container of the fake engine. Set up freely before use; afterwards the engine changes its state.</summary>
internal sealed class FakeContainer(string name)
{
    public string Id { get; init; } = IdFor(name);

    public string Name { get; set; } = name;

    public string Image { get; init; } = "eventwatcher/busybox";

    public Dictionary<string, string> Labels { get; init; } = new(StringComparer.Ordinal);

    /// <summary>created, running, paused, restarting, exited or dead.</summary>
    public string State { get; set; } = "created";

    public int ExitCode { get; set; }

    /// <summary>The configured stop signal; null is none, which means SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>The process ignores every signal but SIGKILL, so that a stop takes all of its time-out.</summary>
    public bool IgnoresSignals { get; init; }

    /// <summary>Seconds that a stop without <c>t</c> gives it.</summary>
    public int StopTimeout { get; init; } = 10;

    /// <summary>Exit code when ended by a signal; null is 128 + signal.</summary>
    public int? ExitCodeOnSignal { get; init; }

    /// <summary>no, always, unless-stopped or on-failure.</summary>
    public string RestartPolicy { get; init; } = "no";

    public bool AutoRemove { get; init; }

    /// <summary>Starting it is a 400, as its binary does not exist.</summary>
    public bool BinaryMissing { get; set; }

    /// <summary>healthy, unhealthy, starting, or null without a health check.</summary>
    public string? Health { get; set; }

    /// <summary>Waited for between the signal and the death, to hold a stop or kill open.</summary>
    public Func<Task>? BeforeDeath { get; set; }

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset FinishedAt { get; set; }

    public int RestartCount { get; set; }

    /// <summary>Stop was asked for by a user: "unless-stopped" will not restart it.</summary>
    public bool StoppedByUser { get; set; }

    /// <summary>The restart policy is suspended for the next death.</summary>
    public bool ExitsForGood { get; set; }

    /// <summary>Its death is part of a restart: automatic removal does not apply.</summary>
    public bool BeingRestarted { get; set; }

    public bool IsRunning => State is "running" or "paused" or "restarting";

    /// <summary>One operation on a container at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public static string IdFor(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
