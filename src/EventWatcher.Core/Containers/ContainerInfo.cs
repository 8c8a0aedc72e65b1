namespace EventWatcher;

/// <summary>One container in the answer to <see cref="IContainerProvider.ListAsync"/>.</summary>
public sealed record ContainerInfo
{
    private readonly EventAttributes _labels = EventAttributes.Empty;

    /// <summary>Gets the full id.</summary>
    public required ContainerId Id { get; init; }

    /// <summary>Gets the name, without a leading slash.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the state at the time of the answer.</summary>
    public required ContainerStatus Status { get; init; }

    /// <summary>Gets the name of the image, as it was given when the container was created; empty where there is none.</summary>
    public string Image { get; init; } = "";

    /// <summary>Gets the labels. Never null; copied when set.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get => _labels;
        init => _labels = EventAttributes.From(value);
    }
}
