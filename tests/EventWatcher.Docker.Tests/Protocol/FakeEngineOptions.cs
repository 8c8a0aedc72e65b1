namespace EventWatcher.Docker.Tests;

/// <summary>What a <see cref="FakeEngine"/> is made of; fixed for its life.</summary>
internal sealed class FakeEngineOptions
{
    public EngineFlavour Flavour { get; init; } = EngineFlavour.Moby20;

    /// <summary>Also listens on a free loopback TCP port.</summary>
    public bool Tcp { get; init; }

    /// <summary>Makes the TCP port speak TLS; implies <see cref="Tcp"/>.</summary>
    public FakeTls? Tls { get; init; }

    public bool RequireClientCertificate { get; init; }

    /// <summary>Newest API version; null is the flavour's own.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Oldest API version; null is the flavour's own.</summary>
    public string? MinApiVersion { get; init; }

    /// <summary><c>status</c>, <c>id</c>, <c>from</c> in events; null means by the request's API version (below 1.52).</summary>
    public bool? LegacyFields { get; init; }

    /// <summary>How long a publish waits for a stream whose buffer is full before it drops the event for that stream.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public bool IsPodman => Flavour is EngineFlavour.Podman43 or EngineFlavour.PodmanDied;

    public string EffectiveApiVersion => ApiVersion ?? Flavour switch
    {
        EngineFlavour.Moby28 => "1.51",
        EngineFlavour.Moby29 => "1.52",
        _ => "1.41",
    };

    public string EffectiveMinApiVersion => MinApiVersion ?? Flavour switch
    {
        EngineFlavour.Moby20 => "1.12",
        EngineFlavour.Moby29 => "1.44",
        _ => "1.24",
    };

    public string ServerVersion => Flavour switch
    {
        EngineFlavour.Moby28 => "28.5.2",
        EngineFlavour.Moby29 => "29.0.0",
        EngineFlavour.Podman43 => "4.3.1",
        EngineFlavour.PodmanDied => "4.0.0",
        _ => "20.10.24",
    };
}
