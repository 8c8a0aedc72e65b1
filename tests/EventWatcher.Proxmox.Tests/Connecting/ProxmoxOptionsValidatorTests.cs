using Microsoft.Extensions.Options;

namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxOptionsValidatorTests
{
    private const string Token = "ops@pam!watch=some-secret";

    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("https://pve1:8006", "https://pve1:8006/")]
    [InlineData("https://pve1:8006/", "https://pve1:8006/")]
    [InlineData("https://pve1", "https://pve1:8006/")]
    [InlineData("pve1", "https://pve1:8006/")]
    [InlineData("pve1:443", "https://pve1/")]
    [InlineData("https://pve1:443", "https://pve1/")]
    [InlineData("[fd00::1]", "https://[fd00::1]:8006/")]
    [InlineData("[fd00::1]:9000", "https://[fd00::1]:9000/")]
    [InlineData("http://pve1:8006", null)]
    [InlineData("https://pve1:8006/api2/json", null)]
    [InlineData("https://user:secret@pve1", null)]
    [InlineData("https://pve1?x", null)]
    [InlineData("", null)]
    public void Endpoint_is_read(string text, string? expected) => Assert.Equal(expected, ProxmoxOptionsValidator.ParseEndpoint(text)?.ToString());

    [Theory]
    [InlineData("ops@pam!watch=secret", true)]
    [InlineData("a@b@pve!watch=secret=with=more", true)]
    [InlineData("ops!watch=secret", false)]
    [InlineData("ops@pam=secret", false)]
    [InlineData("ops@pam!=secret", false)]
    [InlineData("ops@pam!watch=", false)]
    [InlineData("ops@pam!watch=a b", false)]
    [InlineData("PVEAPIToken=ops@pam!watch=", false)]
    [InlineData("", false)]
    public void Token_is_recognized(string text, bool expected) => Assert.Equal(expected, ProxmoxCredential.IsTokenText(text));

    [Theory]
    [InlineData("AD:E6:AC:B7:C6:18:5D:4C:2B:D8:2A:BA:E7:0C:82:01:48:13:8E:0F:97:D6:21:E8:EB:71:83:17:8E:B3:E6:78", true)]
    [InlineData("ade6acb7c6185d4c2bd82abae70c820148138e0f97d621e8eb7183178eb3e678", true)]
    [InlineData("AD:E6", false)]
    [InlineData("zzz6acb7c6185d4c2bd82abae70c820148138e0f97d621e8eb7183178eb3e678", false)]
    public void Fingerprint_is_read(string text, bool expected) => Assert.Equal(expected, ProxmoxOptionsValidator.ParseFingerprint(text) is not null);

    [Fact]
    public void All_faults_are_said_at_once_and_no_secret()
    {
        var result = Validate(new ProxmoxOptions
        {
            Endpoint = "https://user:pass-word@pve1",
            Cluster = "a/b",
            Token = "some-secret",
            Fingerprint = "AA",
            CertificateAuthorityFile = "/nowhere/ca.pem",
            Timeout = TimeSpan.FromSeconds(3),
            ActionTimeout = TimeSpan.Zero,
        });

        var text = result.FailureMessage!;
        foreach (var property in new[] { "Endpoint", "Cluster", "Token", "Fingerprint", "CertificateAuthorityFile", "Timeout", "ActionTimeout" })
        {
            Assert.Contains($"ProxmoxOptions.{property} is ", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("some-secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-word", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, null, null)]
    [InlineData(Token, "file", null, null, null)]
    [InlineData(Token, null, "ops@pam", "pass", null)]
    [InlineData(null, null, "ops@pam", null, null)]
    [InlineData(null, null, "ops@pam", "pass", "file")]
    [InlineData(null, null, "ops", "pass", null)]
    [InlineData(null, null, null, "pass", null)]
    public void Ways_to_say_who_one_is_are_refused_where_there_is_not_exactly_one(string? token, string? tokenFile, string? user, string? password, string? passwordFile) =>
        Assert.True(Validate(new ProxmoxOptions { Endpoint = "pve1", Token = token, TokenFile = tokenFile, User = user, Password = password, PasswordFile = passwordFile }).Failed);

    [Fact]
    public void Environment_says_what_options_do_not()
    {
        _environment["PROXMOX_VE_ENDPOINT"] = "https://env:8006";
        _environment["PROXMOX_VE_API_TOKEN"] = Token;
        _environment["PROXMOX_VE_FINGERPRINT"] = new string('a', 64);

        var connection = Resolve(new ProxmoxOptions());
        var other = Resolve(new ProxmoxOptions { Endpoint = "pve1", User = "ops@pam", Password = "x", Cluster = "lab" });

        Assert.Equal(("env", "https://env:8006/"), (connection.Cluster, connection.Endpoint.ToString()));
        Assert.Equal(new string('A', 64), connection.Fingerprint);
        Assert.True(connection.Credential.IsToken);
        Assert.Equal(("lab", false), (other.Cluster, other.Credential.IsToken));
    }

    [Fact]
    public void Secrets_are_in_no_text()
    {
        var connection = Resolve(new ProxmoxOptions { Endpoint = "pve1", Token = Token });

        Assert.DoesNotContain("some-secret", connection.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("some-secret", connection.Credential.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("some-secret", new ProxmoxHubKey(connection, "pve1", default, default, 4, TimeProvider.System).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Watcher_s_own_faults_are_said_with_the_others()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new ProxmoxWatcher(new ProxmoxWatcherOptions
        {
            Endpoint = "http://pve1",
            Token = Token,
            Name = " ",
            TasksInterval = TimeSpan.FromMilliseconds(1),
            ResourcesInterval = TimeSpan.Zero,
            MaxConfirmations = 0,
            Capacity = 0,
        }));

        foreach (var property in new[] { "Endpoint", "Name", "TasksInterval", "ResourcesInterval", "MaxConfirmations", "Capacity" })
        {
            Assert.Contains($"ProxmoxWatcherOptions.{property} is ", exception.Message, StringComparison.Ordinal);
        }
    }

    private ValidateOptionsResult Validate(ProxmoxOptions options) => new ProxmoxOptionsValidator(new ProxmoxEnvironment(name => _environment.GetValueOrDefault(name))).Validate(name: null, options);

    private ProxmoxConnection Resolve(ProxmoxOptions options) => new ProxmoxOptionsValidator(new ProxmoxEnvironment(name => _environment.GetValueOrDefault(name))).Resolve(options);
}
