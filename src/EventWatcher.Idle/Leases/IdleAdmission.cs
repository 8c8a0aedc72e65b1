using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Idle;

/// <summary>The answer to who asked for a lease: the lease, or why there is none.</summary>
#pragma warning disable CA1815 // Nobody compares admissions.
public readonly struct IdleAdmission
#pragma warning restore CA1815
{
    internal IdleAdmission(IdleLease lease) => Lease = lease;

    internal IdleAdmission(IdleRefusal refusal) => Refusal = refusal;

    /// <summary>Gets whether there is a lease.</summary>
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAdmitted => Refusal is null;

    /// <summary>Gets the lease, to be disposed by whoever asked; the default value where there is none.</summary>
    public IdleLease Lease { get; }

    /// <summary>Gets why there is no lease; null where there is one.</summary>
    public IdleRefusal? Refusal { get; }
}
