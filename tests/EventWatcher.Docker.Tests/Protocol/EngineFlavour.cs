namespace EventWatcher.Docker.Tests;

/// <summary>Whose wording, versions and event names the fake engine uses.</summary>
internal enum EngineFlavour
{
    /// <summary>Docker 20.10: API 1.12 to 1.41, legacy event fields.</summary>
    Moby20,

    /// <summary>Docker 28: API 1.24 to 1.51, <c>execDuration</c> on die, legacy event fields.</summary>
    Moby28,

    /// <summary>Docker 29: API 1.44 to 1.52, no legacy event fields, <c>application/jsonl</c>.</summary>
    Moby29,

    /// <summary>Podman 4.3: <c>remove</c> for destroy, no kill before die on stop, no <c>signal</c> attribute, own texts.</summary>
    Podman43,

    /// <summary>Older Podman: as 4.3, but with the action <c>died</c> (and the status <c>die</c>).</summary>
    PodmanDied,
}
