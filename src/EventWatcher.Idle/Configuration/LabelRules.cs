using System.Globalization;

namespace EventWatcher.Idle;

/// <summary>What may be said by labels.</summary>
internal static class LabelRules
{
    private const string ZeroForNever = DurationParser.Allowed + ", or 0 for never";

    /// <summary>Gets this library's own, without their prefix.</summary>
    public static IReadOnlyDictionary<string, LabelRule> Own { get; } = new Dictionary<string, LabelRule>(StringComparer.Ordinal)
    {
        ["idle-timeout"] = DurationOrInfinite(nameof(IdleContainerOptions.IdleTimeout), static (options, value) => options.IdleTimeout = value),
        ["wake-timeout"] = Duration(nameof(IdleContainerOptions.WakeTimeout), static (options, value) => options.WakeTimeout = value),
        ["stop-timeout"] = Duration(nameof(IdleContainerOptions.StopTimeout), static (options, value) => options.StopTimeout = value),
        ["stop-method"] = Choice<StopMethod>(nameof(IdleContainerOptions.StopMethod), static (options, value) => options.StopMethod = value),
        ["stop-signal"] = Signal(),
        ["depends-on"] = DependsOn(),
        ["start-endpoint"] = Path(nameof(IdleContainerOptions.StartEndpoint), static (options, value) => options.StartEndpoint = value),
        ["no-loading-page"] = Flag(nameof(IdleContainerOptions.NoLoadingPage), static (options, value) => options.NoLoadingPage = value),
        ["max-waiting"] = Integer(nameof(IdleContainerOptions.MaxWaiting), 1, int.MaxValue, static (options, value) => options.MaxWaiting = (int)value),
        ["release-concurrency"] = Integer(nameof(IdleContainerOptions.ReleaseConcurrency), 1, int.MaxValue, static (options, value) => options.ReleaseConcurrency = (int)value),
        ["max-hold"] = Duration(nameof(IdleContainerOptions.MaxHold), static (options, value) => options.MaxHold = value),
        ["max-waiting-bytes"] = Integer(nameof(IdleContainerOptions.MaxWaitingBytes), 0, long.MaxValue, static (options, value) => options.MaxWaitingBytes = value),
        ["min-uptime"] = Duration(nameof(IdleContainerOptions.MinUptime), static (options, value) => options.MinUptime = value),
        ["port"] = Integer(nameof(IdleContainerOptions.Port), 1, 65_535, static (options, value) => options.Port = (int)value),
        ["address"] = new(nameof(IdleContainerOptions.Address), "host:port, IPv6 in brackets", static (options, text) => Set(AddressText.TryParse(text, out _), () => options.Address = text)),
        ["host"] = new(nameof(IdleContainerOptions.Aliases), "host names, separated by commas", static (options, text) => Set(AreHosts(text), () => options.Aliases = [.. options.Aliases.Union(Words(text), StringComparer.OrdinalIgnoreCase)])),
        ["scheme"] = Scheme(),
        ["url"] = Url(),
        ["probe"] = Choice<ProbeKind>(nameof(IdleContainerOptions.Probe), static (options, value) => options.Probe = value),
        ["probe-path"] = Path(nameof(IdleContainerOptions.ProbePath), static (options, value) => options.ProbePath = value),
        ["monitor-interval"] = Duration(nameof(IdleContainerOptions.MonitorInterval), static (options, value) => options.MonitorInterval = value),
        ["unhealthy-is"] = Choice<UnhealthyIs>(nameof(IdleContainerOptions.UnhealthyIs), static (options, value) => options.UnhealthyIs = value),
        ["group"] = new(nameof(IdleContainerOptions.Group), "a word", static (options, text) => Set(text.Length > 0, () => options.Group = text)),
        ["aliases"] = new(nameof(IdleContainerOptions.Aliases), "names, separated by commas", static (options, text) => Set(true, () => options.Aliases = [.. options.Aliases.Union(Words(text), StringComparer.OrdinalIgnoreCase)])),
        ["dormant-status-code"] = Integer("WakeOn.DormantStatusCode", 200, 599, static (options, value) => options.WakeOn.DormantStatusCode = (int)value),
        ["wake-on-bystanders"] = Flag("WakeOn.Bystanders", static (options, value) => options.WakeOn.Bystanders = value),
        ["ignored-user-agents"] = new("WakeOn.IgnoredUserAgents", "words, separated by commas", static (options, text) => Set(true, () => options.WakeOn.IgnoredUserAgents = Words(text))),
        ["ignored-networks"] = new("WakeOn.IgnoredNetworks", "networks such as 10.1.0.0/16, separated by commas", static (options, text) => Set(true, () => options.WakeOn.IgnoredNetworks = Words(text))),
    };

    /// <summary>Gets GoDoxy's, without their prefix.</summary>
    public static IReadOnlyDictionary<string, LabelRule> GoDoxy { get; } = new Dictionary<string, LabelRule>(StringComparer.Ordinal)
    {
        ["idle_timeout"] = Own["idle-timeout"],
        ["wake_timeout"] = Own["wake-timeout"],
        ["stop_timeout"] = Own["stop-timeout"],
        ["stop_method"] = Own["stop-method"],
        ["stop_signal"] = Own["stop-signal"],
        ["depends_on"] = Own["depends-on"],
        ["start_endpoint"] = Own["start-endpoint"],
        ["no_loading_page"] = Own["no-loading-page"],
        ["aliases"] = Own["aliases"],
    };

    public static List<string> Words(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static bool Set(bool isGood, Action set)
    {
        if (isGood)
        {
            set();
        }

        return isGood;
    }

    private static LabelRule Duration(string property, Action<IdleContainerOptions, TimeSpan> set) => new(
        property,
        DurationParser.Allowed,
        (options, text) => Set(TryParse(text, allowInfinite: false, out var value), () => set(options, value)));

    private static LabelRule DurationOrInfinite(string property, Action<IdleContainerOptions, TimeSpan> set) => new(
        property,
        ZeroForNever + ", or infinite for what only others depend on",
        (options, text) => Set(TryParse(text, allowInfinite: true, out var value), () => set(options, value)));

    // Zero is zero in every unit.
    private static bool TryParse(string text, bool allowInfinite, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        return text.Trim() is "0" || DurationParser.TryParse(text, allowInfinite, out value);
    }

    private static LabelRule Integer(string property, long least, long most, Action<IdleContainerOptions, long> set) => new(
        property,
        most is int.MaxValue or long.MaxValue ? $"{least} or more" : $"from {least} to {most}",
        (options, text) => Set(
            long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most,
            () => set(options, value)));

    private static LabelRule Flag(string property, Action<IdleContainerOptions, bool> set) => new(
        property,
        "true or false",
        (options, text) => Set(bool.TryParse(text, out var value), () => set(options, value)));

    private static LabelRule Choice<T>(string property, Action<IdleContainerOptions, T> set)
        where T : struct, Enum => new(
            property,
            string.Join(", ", Enum.GetNames<T>()),
            (options, text) => Set(
                Enum.GetNames<T>().Contains(text.Trim(), StringComparer.OrdinalIgnoreCase),
                () => set(options, Enum.Parse<T>(text.Trim(), ignoreCase: true))));

    private static LabelRule Path(string property, Action<IdleContainerOptions, string> set) => new(
        property,
        "a path that begins with a slash",
        (options, text) => Set(text.StartsWith('/') && !text.Contains(' ', StringComparison.Ordinal), () => set(options, text)));

    private static bool AreHosts(string text) =>
        Words(text) is { Count: > 0 } hosts && hosts.TrueForAll(static host => Uri.CheckHostName(host) is not UriHostNameType.Unknown);

    private static LabelRule Scheme() => new(
        nameof(IdleContainerOptions.Scheme),
        IdleContainerOptionsValidator.Schemes,
        static (options, text) => Set(IdleContainerOptionsValidator.IsScheme(text.Trim()), () => options.Scheme = text.Trim()));

    // Scheme and address in one; a path would have to be put before those of the requests.
    private static LabelRule Url() => new(
        nameof(IdleContainerOptions.Address),
        "http://host:port, https://host:port or h2c://host:port",
        static (options, text) => Set(
            Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)
                && IdleContainerOptionsValidator.IsScheme(url.Scheme)
                && url is { PathAndQuery: "/" or "", UserInfo: "", Fragment: "", Port: > 0 },
            () => (options.Scheme, options.Address) = (url!.Scheme, url.HostNameType is UriHostNameType.IPv6 ? $"[{url.IdnHost}]:{url.Port}" : $"{url.IdnHost}:{url.Port}")));

    private static LabelRule Signal() => new(
        nameof(IdleContainerOptions.StopSignal),
        "a signal such as TERM, SIGINT or 15",
        static (options, text) => Set(IdleContainerOptionsValidator.IsSignal(text), () => options.StopSignal = text));

    private static LabelRule DependsOn() => new(
        nameof(IdleContainerOptions.DependsOn),
        IdleDependency.Allowed + "; several separated by commas",
        static (options, text) =>
        {
            var words = Words(text);
            return Set(words.TrueForAll(static word => IdleDependency.TryParse(word, out _)), () => options.DependsOn = words);
        });
}
