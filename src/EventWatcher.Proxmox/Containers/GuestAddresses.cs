using System.Globalization;
using System.Net;
using System.Text.Json;

namespace EventWatcher.Proxmox;

/// <summary>Finds a running guest's address.</summary>
internal sealed class GuestAddresses(ProxmoxClient client)
{
    private const int MostInterfaces = 32;

    /// <summary>Finds the first address in the order of the configuration's network devices; null where there is none.</summary>
    public async Task<IPAddress?> FindAsync(Suspicion guest, CancellationToken cancellationToken)
    {
        var configuration = await client.GetConfigurationAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false);
        if (guest.Id.IsContainer)
        {
            var order = Keys(configuration, "net").Select(static text => Part(text, "name")).ToList();
            return First(await client.GetInterfacesAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false), order);
        }

        try
        {
            var found = First(await client.GetAgentInterfacesAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false), []);
            if (found is not null)
            {
                return found;
            }
        }
        catch (ProxmoxServerException)
        {
            // No agent, or it doesn't run (yet).
        }
        catch (ProxmoxForbiddenException)
        {
            // The agent needs a privilege of its own; what the configuration says needs none.
        }

        return Keys(configuration, "ipconfig")
            .SelectMany(static text => new[] { Part(text, "ip"), Part(text, "ip6") })
            .Select(static text => Parse(text))
            .FirstOrDefault(static address => address is not null);
    }

    private static IPAddress? First(IReadOnlyList<ProxmoxInterface> interfaces, List<string> order) => interfaces
        .Where(static item => item.Name is not "lo")
        .OrderBy(item => order.IndexOf(item.Name ?? "") is >= 0 and var index ? index : int.MaxValue)
        .Select(item => (item.Addresses?.Select(static entry => entry?.Address) ?? []).Append(item.Inet).Append(item.Inet6)
            .Select(text => Parse(text, isDevice: order.Contains(item.Name ?? "")))
            .OfType<IPAddress>()
            .OrderBy(static address => address.AddressFamily)
            .FirstOrDefault())
        .FirstOrDefault(static address => address is not null);

    private static IEnumerable<string> Keys(IReadOnlyDictionary<string, JsonElement> configuration, string prefix)
    {
        for (var i = 0; i < MostInterfaces; i++)
        {
            if (configuration.TryGetValue(prefix + i.ToString(CultureInfo.InvariantCulture), out var value) && value.ValueKind == JsonValueKind.String)
            {
                yield return value.GetString()!;
            }
        }
    }

    // "name=eth0,bridge=vmbr0,ip=dhcp"
    private static string Part(string text, string key) => text.Split(',')
        .Select(static part => part.Split('=', 2))
        .Where(part => part.Length == 2 && string.Equals(part[0], key, StringComparison.Ordinal))
        .Select(static part => part[1])
        .FirstOrDefault("");

    // With or without the length of the network; words such as "dhcp" are no addresses, nor are those of the link alone, nor
    // those of the machine alone, unless the configuration says that it is a network device that has them.
    private static IPAddress? Parse(string? text, bool isDevice = false) =>
        IPAddress.TryParse(text?.Split('/')[0], out var address) && (isDevice || !IPAddress.IsLoopback(address)) && !address.IsIPv6LinkLocal ? address : null;
}
