namespace EventWatcher.Idle;

/// <summary>That a container's labels say something which can't be: the container is left alone until they don't.</summary>
/// <param name="Container">The container.</param>
/// <param name="Label">The label.</param>
/// <param name="Value">What it says.</param>
/// <param name="Allowed">What it may say.</param>
public sealed record IdleConfigurationFault(string Container, string Label, string Value, string Allowed)
{
    /// <summary>Returns the fault in words.</summary>
    /// <returns>Such as <c>app: the label eventwatcher.idle.port is "http"; allowed: from 1 to 65535.</c></returns>
    public override string ToString() => $"{Container}: the label {Label} is \"{Value}\"; allowed: {Allowed}.";
}
