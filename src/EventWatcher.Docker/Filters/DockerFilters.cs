namespace EventWatcher.Docker;

/// <summary>Which events of an engine a subscription wants.</summary>
/// <remarks>
/// <para>
/// Immutable; <c>+</c> puts two together as the engine does: OR within a term, AND across terms, AND among labels.
/// So <c>Start + Stop</c> is either, and <c>Start + NameOrId("web")</c> is both.
/// </para>
/// <para>
/// They are applied to what was received, not sent to the engine: a narrower stream would take from the engine's
/// memory the very events by which a reconnect proves that nothing was missed.
/// </para>
/// </remarks>
/// <example><code>watcher.Watch(DockerFilters.Start + DockerFilters.Die + DockerFilters.Label("com.example.app", "web"), ct)</code></example>
public sealed class DockerFilters
{
    /// <summary>With one of these words an engine takes a beginning for enough, for all the words beside it too.</summary>
    private static readonly string[] LooseActions = ["health_status", "exec_create", "exec_start"];

    private readonly DockerFilter[] _filters;
    private readonly bool _isLoose;

    private DockerFilters(params DockerFilter[] filters)
    {
        _filters = filters;
        _isLoose = Array.Exists(
            filters,
            static filter => string.Equals(filter.Term, "event", StringComparison.Ordinal) && filter.Values.Intersect(LooseActions, StringComparer.Ordinal).Any());
    }

    /// <summary>Gets the filters that let every container event through.</summary>
    public static DockerFilters None { get; } = new();

    /// <summary>Gets container events only, which is all that is received anyway.</summary>
    public static DockerFilters Container { get; } = Create("type", "container");

    /// <summary>Gets the action <c>start</c>.</summary>
    public static DockerFilters Start { get; } = Create("event", "start");

    /// <summary>Gets the action <c>stop</c>.</summary>
    public static DockerFilters Stop { get; } = Create("event", "stop");

    /// <summary>Gets the action <c>die</c>.</summary>
    public static DockerFilters Die { get; } = Create("event", "die");

    /// <summary>Gets the action <c>destroy</c>.</summary>
    public static DockerFilters Destroy { get; } = Create("event", "destroy");

    /// <summary>Gets the action <c>kill</c>.</summary>
    public static DockerFilters Kill { get; } = Create("event", "kill");

    /// <summary>Gets the action <c>pause</c>.</summary>
    public static DockerFilters Pause { get; } = Create("event", "pause");

    /// <summary>Gets the action <c>unpause</c>.</summary>
    public static DockerFilters Unpause { get; } = Create("event", "unpause");

    /// <summary>Gets the conditions, one for each time they were given.</summary>
    public IReadOnlyList<DockerFilter> Items => _filters;

    /// <summary>Makes a filter of any term.</summary>
    /// <param name="term">One of <c>container</c>, <c>event</c>, <c>image</c>, <c>label</c>, <c>scope</c>, <c>type</c>.</param>
    /// <param name="values">The values of which one must fit; for labels, all.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="ArgumentException">The term is unknown, or a value is missing; the message says which.</exception>
    public static DockerFilters Create(string term, params IReadOnlyList<string> values) => new(new DockerFilter(term, values));

    /// <summary>Makes a filter by container.</summary>
    /// <param name="nameOrId">A beginning of the container's name or id.</param>
    /// <returns>The filter.</returns>
    public static DockerFilters NameOrId(string nameOrId) => Create("container", nameOrId);

    /// <summary>Makes a filter by label.</summary>
    /// <param name="key">The label's key.</param>
    /// <param name="value">Its value; null for any.</param>
    /// <returns>The filter.</returns>
    public static DockerFilters Label(string key, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return Create("label", value is null ? key : $"{key}={value}");
    }

    /// <summary>Puts two together: OR within a term, AND across terms, AND among labels.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>Both.</returns>
    public static DockerFilters operator +(DockerFilters left, DockerFilters right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new([.. left._filters, .. right._filters]);
    }

    /// <summary>Puts two together, as <c>+</c> does.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Both.</returns>
    public DockerFilters Add(DockerFilters other) => this + other;

    /// <summary>Says whether an event fits, as the engine would.</summary>
    /// <param name="item">The event as the engine sent it.</param>
    /// <returns>True where it fits.</returns>
    public bool Matches(DockerEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        for (var i = 0; i < _filters.Length; i++)
        {
            var filter = _filters[i];
            if (string.Equals(filter.Term, "label", StringComparison.Ordinal))
            {
                if (!filter.Values.All(label => HasLabel(item, label)))
                {
                    return false;
                }
            }
            else if (!AnyOfTerm(filter.Term, item))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the filters as the options of <c>docker events</c> would have them.</summary>
    /// <returns>The words, for people.</returns>
    public override string ToString() => string.Join(' ', _filters.Select(static filter => filter.ToString()));

    private static bool Fits(string term, string value, DockerEvent item) => term switch
    {
        "container" => item.ActorId.StartsWith(value, StringComparison.Ordinal) ||
            (item.Attributes.TryGetValue("name", out var name) && name.StartsWith(value, StringComparison.Ordinal)),
        "event" => string.Equals(item.Action, value, StringComparison.Ordinal) ||
            string.Equals(DockerEventMap.Word(item), value, StringComparison.Ordinal),
        "image" => string.Equals(item.ActorId, value, StringComparison.Ordinal) ||
            (item.Attributes.TryGetValue("image", out var image) &&
            (string.Equals(image, value, StringComparison.Ordinal) || string.Equals(DockerImageName.WithoutTag(image), value, StringComparison.Ordinal))),
        "type" => string.Equals(item.Type, value, StringComparison.Ordinal),

        // Container events are always local; "swarm" fits none.
        _ => string.Equals(value, "local", StringComparison.Ordinal),
    };

    private static bool HasLabel(DockerEvent item, string label)
    {
        var equals = label.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? item.Attributes.ContainsKey(label)
            : item.Attributes.TryGetValue(label[..equals], out var value) && value.AsSpan().SequenceEqual(label.AsSpan(equals + 1));
    }

    private bool AnyOfTerm(string term, DockerEvent item)
    {
        var isLoose = string.Equals(term, "event", StringComparison.Ordinal) && _isLoose;
        foreach (var filter in _filters)
        {
            if (!string.Equals(filter.Term, term, StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var value in filter.Values)
            {
                if (Fits(term, value, item) || (isLoose && item.Action.StartsWith(value, StringComparison.Ordinal)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
