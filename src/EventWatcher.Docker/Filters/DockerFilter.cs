namespace EventWatcher.Docker;

/// <summary>One condition on an engine's events: a term and the values of which one must fit.</summary>
/// <remarks>
/// What the terms mean is the engine's: <c>event</c> is the action, exactly (beside <c>health_status</c>,
/// <c>exec_create</c> or <c>exec_start</c> a beginning is enough), in Docker's words also where Podman has others; <c>container</c> a beginning of the id or the name; <c>image</c> the image with or without its tag;
/// <c>label</c> a key, or key=value, of which all must fit; <c>type</c> and <c>scope</c> exactly.
/// </remarks>
public sealed record DockerFilter
{
    private static readonly string[] Terms = ["container", "event", "image", "label", "scope", "type"];

    /// <summary>Initializes a condition.</summary>
    /// <param name="term">One of <c>container</c>, <c>event</c>, <c>image</c>, <c>label</c>, <c>scope</c>, <c>type</c>.</param>
    /// <param name="values">The values; at least one, none empty.</param>
    /// <exception cref="ArgumentException">The term is unknown, or a value is missing; the message says which.</exception>
    public DockerFilter(string term, params IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(term);
        ArgumentNullException.ThrowIfNull(values);
        if (!Terms.Contains(term, StringComparer.Ordinal))
        {
            throw new ArgumentException($"The filter term is \"{term}\"; allowed: {string.Join(", ", Terms)}.", nameof(term));
        }

        if (values.Count == 0 || values.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException($"The filter term \"{term}\" has {(values.Count == 0 ? "no value" : "an empty value")}; allowed: one or more, none empty.", nameof(values));
        }

        Term = term;
        Values = [.. values];
    }

    /// <summary>Gets the term.</summary>
    public string Term { get; }

    /// <summary>Gets the values.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <inheritdoc/>
    public bool Equals(DockerFilter? other) =>
        other is not null && string.Equals(Term, other.Term, StringComparison.Ordinal) && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Term, Values.Count, Values[0]);

    /// <summary>Returns the condition as the <c>docker events --filter</c> options would have it.</summary>
    /// <returns>The words, for people.</returns>
    public override string ToString() => string.Join(' ', Values.Select(value => $"{Term}={value}"));
}
