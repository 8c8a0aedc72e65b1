namespace EventWatcher.Idle.Tests;

public sealed class LabelReaderTests
{
    private static (IdleContainerOptions? Options, List<IdleConfigurationFault> Faults) Read(IdleOptions? options, params (string Label, string Value)[] labels)
    {
        var faults = new List<IdleConfigurationFault>();
        return (new LabelReader(options ?? new IdleOptions()).Read(Container("app", labels), faults), faults);
    }

    private static ContainerInfo Container(string name, params (string Label, string Value)[] labels) => new()
    {
        Id = new ContainerId(name + "-id"),
        Name = name,
        Status = ContainerStatus.Stopped,
        Labels = labels.ToDictionary(static label => label.Label, static label => label.Value, StringComparer.Ordinal),
    };

    [Fact]
    public void Read_without_labels_is_not_managed() => Assert.Equal((null, 0), (Read(null, ("other", "x")).Options, Read(null, ("other", "x")).Faults.Count));

    [Fact]
    public void Read_takes_every_label()
    {
        var (options, faults) = Read(
            null,
            ("eventwatcher.idle.idle-timeout", "10m"),
            ("eventwatcher.idle.wake-timeout", "1m30s"),
            ("eventwatcher.idle.stop-timeout", "00:00:20"),
            ("eventwatcher.idle.stop-method", "kill"),
            ("eventwatcher.idle.stop-signal", "SIGINT"),
            ("eventwatcher.idle.depends-on", "db:healthy, cache"),
            ("eventwatcher.idle.start-endpoint", "/start"),
            ("eventwatcher.idle.no-loading-page", "true"),
            ("eventwatcher.idle.max-waiting", "5"),
            ("eventwatcher.idle.release-concurrency", "2"),
            ("eventwatcher.idle.max-hold", "25s"),
            ("eventwatcher.idle.max-waiting-bytes", "1024"),
            ("eventwatcher.idle.min-uptime", "5m"),
            ("eventwatcher.idle.port", "8080"),
            ("eventwatcher.idle.probe", "http"),
            ("eventwatcher.idle.probe-path", "/health"),
            ("eventwatcher.idle.monitor-interval", "30s"),
            ("eventwatcher.idle.unhealthy-is", "error"),
            ("eventwatcher.idle.group", "blue"),
            ("eventwatcher.idle.aliases", "app.example.com,www.example.com"),
            ("eventwatcher.idle.dormant-status-code", "418"),
            ("eventwatcher.idle.wake-on-bystanders", "true"),
            ("eventwatcher.idle.ignored-user-agents", "kube-probe"),
            ("eventwatcher.idle.ignored-networks", "10.0.0.0/8"),
            ("eventwatcher.idle.address", "127.0.0.1:90"));

        Assert.Empty(faults);
        Assert.NotNull(options);
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(20)), (options.IdleTimeout, options.WakeTimeout, options.StopTimeout));
        Assert.Equal((StopMethod.Kill, "SIGINT"), (options.StopMethod, options.StopSignal));
        Assert.Equal(["db:healthy", "cache"], options.DependsOn);
        Assert.Equal(("/start", true, 5, 2, TimeSpan.FromSeconds(25)), (options.StartEndpoint, options.NoLoadingPage, options.MaxWaiting, options.ReleaseConcurrency, options.MaxHold));
        Assert.Equal((1024L, TimeSpan.FromMinutes(5), 8080, ProbeKind.Http, "/health"), (options.MaxWaitingBytes, options.MinUptime, options.Port, options.Probe, options.ProbePath));
        Assert.Equal((TimeSpan.FromSeconds(30), UnhealthyIs.Error, "blue", "127.0.0.1:90"), (options.MonitorInterval, options.UnhealthyIs, options.Group, options.Address));
        Assert.Equal((2, 418, true, 1, 1), (options.Aliases.Count, options.WakeOn.DormantStatusCode, options.WakeOn.Bystanders, options.WakeOn.IgnoredUserAgents.Count, options.WakeOn.IgnoredNetworks.Count));
    }

    [Theory]
    [InlineData("idle-timeout", "5")]
    [InlineData("idle-timeout", "-1s")]
    [InlineData("wake-timeout", "soon")]
    [InlineData("wake-timeout", "0")]
    [InlineData("stop-timeout", "infinite")]
    [InlineData("stop-method", "hibernate")]
    [InlineData("stop-signal", "SIG TERM")]
    [InlineData("depends-on", "db:sick")]
    [InlineData("start-endpoint", "start")]
    [InlineData("no-loading-page", "yes")]
    [InlineData("max-waiting", "0")]
    [InlineData("release-concurrency", "none")]
    [InlineData("max-hold", "1")]
    [InlineData("max-waiting-bytes", "-1")]
    [InlineData("min-uptime", "x")]
    [InlineData("port", "http")]
    [InlineData("port", "65536")]
    [InlineData("address", "localhost")]
    [InlineData("probe", "ping")]
    [InlineData("probe", "tcp")]
    [InlineData("probe-path", "health")]
    [InlineData("monitor-interval", "10ms")]
    [InlineData("unhealthy-is", "bad")]
    [InlineData("dormant-status-code", "99")]
    [InlineData("ignored-networks", "everywhere")]
    [InlineData("enable", "maybe")]
    [InlineData("idle-timout", "5m")]
    public void Read_bad_value_names_container_label_value_and_what_is_allowed(string label, string value)
    {
        var (options, faults) = Read(null, ("eventwatcher.idle." + label, value), ("eventwatcher.idle.group", "blue"));

        Assert.Null(options);
        var fault = Assert.Single(faults);
        Assert.Equal(("app", "eventwatcher.idle." + label, value), (fault.Container, fault.Label, fault.Value));
        Assert.NotEmpty(fault.Allowed);
    }

    [Fact]
    public void Read_misspelt_label_guesses_what_was_meant() =>
        Assert.Contains("eventwatcher.idle.idle-timeout", Read(null, ("eventwatcher.idle.idle-timout", "5m")).Faults.Single().ToString(), StringComparison.Ordinal);

    [Fact]
    public void Read_enable_false_is_not_managed() =>
        Assert.Null(Read(null, ("eventwatcher.idle.enable", "false"), ("eventwatcher.idle.idle-timeout", "5m")).Options);

    [Fact]
    public void Read_GoDoxy_labels_only_when_switched_on()
    {
        (string, string)[] labels =
        [
            ("proxy.idle_timeout", "1h"), ("proxy.stop_method", "pause"), ("proxy.depends_on", "db:healthy"), ("proxy.aliases", "shop,store"), ("proxy.shop.port", "8080"),
        ];

        Assert.Null(Read(new IdleOptions(), labels).Options);
        var options = Read(new IdleOptions { ReadGoDoxyLabels = true }, labels).Options;

        Assert.NotNull(options);
        Assert.Equal((TimeSpan.FromHours(1), StopMethod.Pause, 8080), (options.IdleTimeout, options.StopMethod, options.Port));
        Assert.Equal(["db:healthy"], options.DependsOn);
        Assert.Equal(["shop", "store"], options.Aliases);
    }

    [Fact]
    public void Read_GoDoxy_exclude_is_not_managed() =>
        Assert.Null(Read(new IdleOptions { ReadGoDoxyLabels = true }, ("proxy.idle_timeout", "1h"), ("proxy.exclude", "true")).Options);

    [Fact]
    public void Read_Sablier_labels_say_what_and_which_group_and_the_rest_comes_from_elsewhere()
    {
        var settings = new IdleOptions { ReadSablierLabels = true };
        settings.Defaults.IdleTimeout = TimeSpan.FromMinutes(7);

        var options = Read(settings, ("sablier.enable", "true"), ("sablier.group", "blue"), ("eventwatcher.idle.port", "80")).Options;

        Assert.NotNull(options);
        Assert.Equal(("blue", TimeSpan.FromMinutes(7), 80), (options.Group, options.IdleTimeout, options.Port));
    }

    [Fact]
    public void AddComposeDependencies_finds_services_of_the_same_project()
    {
        var db = Container("shop-db-1", ("com.docker.compose.project", "shop"), ("com.docker.compose.service", "db"));
        var other = Container("blog-db-1", ("com.docker.compose.project", "blog"), ("com.docker.compose.service", "db"));
        var app = Container("shop-app-1", ("com.docker.compose.project", "shop"), ("com.docker.compose.depends_on", "db:service_healthy:false,absent:service_started:true"));
        var options = new IdleContainerOptions();

        LabelReader.AddComposeDependencies(
            options,
            app,
            (project, service) => new[] { other, db, app }.FirstOrDefault(container => LabelReader.ServiceOf(container) == (project, service)));

        Assert.Equal(["shop-db-1:healthy"], options.DependsOn);
    }

    /// <summary>A bad value is reported as it is, and a password in it was, too.</summary>
    [Theory]
    [InlineData("eventwatcher.idle.url", "http://admin:hunter2@app:80")]
    [InlineData("eventwatcher.idle.address", "admin:hunter2@app:80")]
    [InlineData("eventwatcher.idle.wake-timeout", "https://admin:hunter2@host/")]
    public void Read_password_in_a_bad_value_was_reported(string label, string value)
    {
        var fault = Assert.Single(Read(null, (label, value)).Faults);

        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("app", fault.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Whatever anybody writes on a container is read or reported, and throws nothing.</summary>
    [Fact]
    public void Read_hostile_values_are_read_or_reported_with_all_there_is_to_say()
    {
        string[] hostile =
        [
            "", " ", "0", "-0", "00", "+1", "-1", "1e9", "0x10", "NaN", "Infinity", "infinite", "null", "true", "TRUE ", "\0", "\r\n", "a\nb", "’", "🦊",
            "99999999999999999999999", "9223372036854775808", "2147483648", "1d1d", "5s5m", ".5s", "5.s", "1,5s", "999999999d", "24:00:00", "00:05", "-00:00:01",
            ":", "::", ",", ",,,", "a:b:c", "app", "app:healthy", "*", "/", "//", "/ ", "/\r\nX: y", "[::1]:80", "::1:80", "host:0", "host:99999", ":80", "http://", "http://host/path",
            "; allowed: anything", "IdleContainerOptions.Port is 1; allowed: 2.", "{0}", "${HOME}", "$(id)", "<script>", new string('x', 100_000), new string(',', 10_000), "SIG", "SIGSIGTERM", "65", "-9", "TERM KILL",
        ];
        foreach (var key in LabelRules.Own.Keys.Append("enable"))
        {
            foreach (var value in hostile)
            {
                var label = "eventwatcher.idle." + key;
                var (options, faults) = Read(null, (label, value));
                if (options is null && key != "enable")
                {
                    Assert.NotEmpty(faults);
                }

                Assert.All(faults, fault =>
                {
                    Assert.Equal(("app", label, value), (fault.Container, fault.Label, fault.Value));
                    Assert.NotEmpty(fault.Allowed);
                    Assert.DoesNotContain("allowed:", fault.Allowed, StringComparison.Ordinal);
                });
                if (options is not null)
                {
                    Assert.True(IdleContainerOptionsValidator.Instance.Validate(name: null, options).Succeeded, $"{key}={value}");
                }
            }
        }
    }

    /// <summary>Of two readings nobody knows which was meant.</summary>
    [Fact]
    public void Read_IPv6_address_without_brackets_was_guessed_at()
    {
        Assert.Single(Read(null, ("eventwatcher.idle.address", "fe80::1:2")).Faults);
        Assert.Equal("[fe80::1]:2", Read(null, ("eventwatcher.idle.address", "[fe80::1]:2")).Options?.Address);
        Assert.Equal("[::1]:80", Read(null, ("eventwatcher.idle.url", "http://[::1]:80")).Options?.Address);
    }
}
