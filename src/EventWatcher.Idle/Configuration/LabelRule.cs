namespace EventWatcher.Idle;

/// <summary>What one label may say, and what it sets.</summary>
/// <param name="Property">The name of the property that it sets.</param>
/// <param name="Allowed">What is allowed, for the message.</param>
/// <param name="TrySet">Sets it; false where the text is not allowed.</param>
internal sealed record LabelRule(string Property, string Allowed, Func<IdleContainerOptions, string, bool> TrySet);
