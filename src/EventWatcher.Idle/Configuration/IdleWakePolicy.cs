namespace EventWatcher.Idle;

/// <summary>Which requests wake a container; the others are told that it sleeps, and neither wake it nor keep it awake. For HTTP.</summary>
public sealed class IdleWakePolicy
{
    /// <summary>Gets words by which the user agents are known that do not wake, such as <c>kube-probe</c>; anywhere in the header, case ignored.</summary>
    /// <value>The default is none.</value>
    public IList<string> IgnoredUserAgents { get; internal set; } = [];

    /// <summary>Gets the networks from which nobody wakes, such as <c>10.1.0.0/16</c>.</summary>
    /// <value>The default is none.</value>
    public IList<string> IgnoredNetworks { get; internal set; } = [];

    /// <summary>Gets or sets whether requests that only look whether something is there, or fetch in advance, wake: health probes, prefetches, favicons.</summary>
    /// <value>The default is false.</value>
    public bool Bystanders { get; set; }

    /// <summary>Gets or sets the status of the answer to those who do not wake.</summary>
    /// <value>The default is 503; from 200 to 599.</value>
    public int DormantStatusCode { get; set; } = 503;

    internal IdleWakePolicy Copy()
    {
        var copy = (IdleWakePolicy)MemberwiseClone();
        copy.IgnoredUserAgents = [.. IgnoredUserAgents];
        copy.IgnoredNetworks = [.. IgnoredNetworks];
        return copy;
    }
}
