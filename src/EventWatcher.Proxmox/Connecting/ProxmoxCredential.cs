namespace EventWatcher.Proxmox;

/// <summary>Who we are: an API token (User is null), or a user with a password; the secret itself, or the file that has it.</summary>
internal sealed record ProxmoxCredential(string? User, string? Secret, string? File)
{
    public bool IsToken => User is null;

    /// <summary>Says what kind of credential it is, without the secret.</summary>
    public string Description => (IsToken, File) switch
    {
        (true, null) => "the API token",
        (true, _) => $"the API token in {File}",
        (false, null) => $"the password of {User}",
        _ => $"the password of {User} in {File}",
    };

    /// <summary>Reads the secret, anew where it is in a file.</summary>
    /// <exception cref="ProxmoxAuthenticationException">The file can't be read, or holds no such thing.</exception>
    public string Read(string cluster)
    {
        if (File is null)
        {
            return Secret!;
        }

        try
        {
            var text = System.IO.File.ReadAllText(File).Trim();
            if (text.Length == 0 || (IsToken && !IsTokenText(text)))
            {
                throw new ProxmoxAuthenticationException(cluster, $"{cluster}: {File} holds no {(IsToken ? "API token of the form user@realm!id=secret" : "password")}.");
            }

            return text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ProxmoxAuthenticationException(cluster, $"{cluster}: {Description} can't be read: {exception.Message}", exception);
        }
    }

    public static bool IsTokenText(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var bang = text.IndexOf('!', StringComparison.Ordinal);
        var at = text.LastIndexOf('@', Math.Max(bang, 0));
        return at > 0 && bang > at + 1 && equals > bang + 1 && equals < text.Length - 1 && !text.Any(static character => char.IsWhiteSpace(character) || char.IsControl(character));
    }

    public override string ToString() => Description;
}
