namespace IdleGateway;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: dotnet run --project samples/IdleGateway -- [--docker ENDPOINT|off] [--urls URL[;URL]...] [--h2c URL[;URL]...]
               [--proxmox ENDPOINT --proxmox-token-file FILE [--proxmox-fingerprint AA:BB:…]]
               [--labels eventwatcher|godoxy|sablier] [--verbose]

          --docker ENDPOINT   unix:///path, tcp://host:port, https://host:port; the local engine by default;
                              off for none, which is the default beside --proxmox
          --proxmox ENDPOINT  https://host:8006, a node of a Proxmox VE cluster, whose guests are found by their tags
          --proxmox-token-file FILE
                              a file with an API token: user@realm!id=secret; without it the environment's (PROXMOX_VE_API_TOKEN)
          --proxmox-fingerprint AA:BB:…
                              the SHA-256 fingerprint of its certificate, as "pvenode cert info" shows it
          --urls URLS         where HTTP/1.1 and WebSockets are listened for (default http://127.0.0.1:8080)
          --h2c URLS          where HTTP/2 without TLS is listened for, such as gRPC; nowhere by default
          --labels KIND       whose labels are read beside eventwatcher.idle.* (default eventwatcher)
          --verbose           logs each request

        Containers are found by their labels, such as
          eventwatcher.idle.idle-timeout=10m
          eventwatcher.idle.host=app.localhost
          eventwatcher.idle.url=http://127.0.0.1:9001
        and guests by their tags, with + and two digits for what a tag may not have:
          eventwatcher-idle-idle-timeout.10m
          eventwatcher-idle-host.app.localhost
          eventwatcher-idle-port.80
        """;

    public string? Docker { get; private init; }

    /// <summary>Gets whether there is an engine at all: not where the cluster is all that was asked for.</summary>
    public bool UsesDocker => Docker is not "off" && (Docker is not null || Proxmox.Endpoint is null);

    public ProxmoxArguments Proxmox { get; private init; } = new();

    public IReadOnlyList<Uri> Urls { get; private init; } = [new("http://127.0.0.1:8080")];

    public IReadOnlyList<Uri> Http2Urls { get; private init; } = [];

    public string Labels { get; private init; } = "eventwatcher";

    public bool Verbose { get; private init; }

    public bool WantsHelp { get; private init; }

    public static bool TryParse(string[] args, out Arguments arguments, out string problem)
    {
        arguments = new Arguments();
        problem = "";
        for (var i = 0; i < args.Length && problem.Length == 0; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--help" or "-h":
                    arguments = arguments with { WantsHelp = true };
                    return false;
                case "--verbose":
                    arguments = arguments with { Verbose = true };
                    continue;
                case "--docker" when value.Length > 0:
                    arguments = arguments with { Docker = value };
                    break;
                case "--urls" when TryReadUrls(value, out var urls):
                    arguments = arguments with { Urls = urls };
                    break;
                case "--h2c" when TryReadUrls(value, out var urls):
                    arguments = arguments with { Http2Urls = urls };
                    break;
                case "--labels" when value is "eventwatcher" or "godoxy" or "sablier":
                    arguments = arguments with { Labels = value };
                    break;
                case var name when arguments.Proxmox.With(name, value) is { } proxmox:
                    arguments = arguments with { Proxmox = proxmox };
                    break;
                default:
                    problem = value.Length > 0 ? $"\"{args[i]} {value}\" is not understood." : $"\"{args[i]}\" is not understood.";
                    continue;
            }

            i++;
        }

        if (problem.Length == 0 && arguments.Proxmox.IsHalf)
        {
            problem = "--proxmox-token-file and --proxmox-fingerprint need --proxmox beside them.";
        }

        if (problem.Length == 0 && !arguments.UsesDocker && arguments.Proxmox.Endpoint is null)
        {
            problem = "--docker off needs --proxmox beside it, since nothing else is left.";
        }

        return problem.Length == 0;
    }

    // TLS is for whoever stands before this.
    private static bool TryReadUrls(string text, out Uri[] urls)
    {
        var words = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        urls = [.. words.Select(static word => Uri.TryCreate(word, UriKind.Absolute, out var url) ? url : null).OfType<Uri>()];
        return words.Length > 0 && urls.Length == words.Length && Array.TrueForAll(urls, static url => url is { Scheme: "http", PathAndQuery: "/" });
    }
}
