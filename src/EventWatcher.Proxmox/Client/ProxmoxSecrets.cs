namespace EventWatcher.Proxmox;

/// <summary>Takes secrets out of what comes back: there are servers and proxies that repeat a request in their errors.</summary>
internal static class ProxmoxSecrets
{
    private const string Mask = "…";

    // What is shorter is found in ordinary words.
    private const int Shortest = 4;

    public static string Hide(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret.Length >= Shortest)
            {
                text = text.Replace(secret, Mask, StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), Mask, StringComparison.OrdinalIgnoreCase);
            }
        }

        return text;
    }
}
