using System.Globalization;

namespace EventWatcher.Proxmox;

/// <summary>Finds guests by what users call them, each time anew: a guest may be on another node now.</summary>
internal sealed class GuestFinder(ProxmoxClient client)
{
    /// <summary>Finds a guest by <c>cluster/lxc/101</c>, <c>lxc/101</c>, <c>101</c>, or its name where only one has it.</summary>
    /// <exception cref="ProxmoxNotFoundException">There is none, or several have the name.</exception>
    public async Task<Suspicion> FindAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var rows = (await client.GetResourcesAsync(cancellationToken).ConfigureAwait(false)).Data;
        var text = id.Value.StartsWith(client.Cluster + "/", StringComparison.Ordinal) ? id.Value[(client.Cluster.Length + 1)..] : id.Value;
        var found = new List<Suspicion>();
        foreach (var row in rows)
        {
            if (row.IsGuest(out var guest) && IsMeant(text, guest, row))
            {
                found.Add(new Suspicion(guest, row.Node!));
            }
        }

        return found switch
        {
            [var one] => one,
            [] => throw new ProxmoxNotFoundException(client.Cluster, $"{client.Cluster}: there is no guest {id}, or it may not be seen (VM.Audit)."),
            _ => throw new ProxmoxNotFoundException(client.Cluster, $"{client.Cluster}: several guests are called {id}: {string.Join(", ", found.Select(static guest => guest.Id))}. Use one of these."),
        };
    }

    /// <summary>Asks or tells a guest something; once more on its new node where it was moved meanwhile.</summary>
    public async Task<T> OnGuestAsync<T>(ContainerId id, Func<Suspicion, Task<T>> action, CancellationToken cancellationToken)
    {
        var guest = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        try
        {
            return await action(guest).ConfigureAwait(false);
        }
        catch (ProxmoxNotFoundException)
        {
            var now = await FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (now == guest)
            {
                throw;
            }

            return await action(now).ConfigureAwait(false);
        }
    }

    private static bool IsMeant(string text, GuestId guest, ProxmoxResource row)
    {
        if (GuestId.TryParse(text, out var asked))
        {
            return asked == guest;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var vmid)
            ? vmid == guest.Vmid
            : string.Equals(text, row.Name, StringComparison.Ordinal);
    }
}
