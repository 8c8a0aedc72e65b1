namespace EventWatcher.Docker;

/// <summary>Names of images as people write them.</summary>
internal static class DockerImageName
{
    private const string DefaultHost = "docker.io/";
    private const string OfficialFolder = "library/";

    /// <summary>
    /// The name without tag and digest, and without what an engine supplies by itself:
    /// <c>docker.io/library/nginx:1.27</c> is <c>nginx</c>. What is no image's name stays as it is.
    /// </summary>
    public static string WithoutTag(string image)
    {
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        var name = digest < 0 ? image : image[..digest];
        var colon = name.LastIndexOf(':');
        name = colon > name.LastIndexOf('/') ? name[..colon] : name;
        if (name.AsSpan(name.IndexOf('/', StringComparison.Ordinal) + 1).ContainsAnyInRange('A', 'Z'))
        {
            return image;
        }

        name = name.StartsWith(DefaultHost, StringComparison.Ordinal) ? name[DefaultHost.Length..] : name;
        var rest = name.StartsWith(OfficialFolder, StringComparison.Ordinal) ? name[OfficialFolder.Length..] : name;
        return rest.Contains('/', StringComparison.Ordinal) ? name : rest;
    }
}
