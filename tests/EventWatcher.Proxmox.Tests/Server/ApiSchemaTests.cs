using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>The check of requests finds what is wrong: else it would be worth nothing.</summary>
public sealed class ApiSchemaTests
{
    [Theory]
    [InlineData("GET", "/cluster/resources", "type=vm", 0)]
    [InlineData("GET", "/cluster/resources", "type=guest", 1)]
    [InlineData("GET", "/cluster/resource", "", 1)]
    [InlineData("POST", "/cluster/resources", "", 1)]
    [InlineData("POST", "/nodes/pve1/lxc/101/status/shutdown", "timeout=10&forceStop=1", 0)]
    [InlineData("POST", "/nodes/pve1/lxc/101/status/shutdown", "timeout=soon&forceStop=yes", 2)]
    [InlineData("POST", "/nodes/pve1/lxc/101/status/start", "timeout=10", 1)]
    [InlineData("POST", "/nodes/pve1/lxc/7/status/start", "", 1)]
    [InlineData("POST", "/access/ticket", "username=x", 1)]
    public void Faults_of_a_request_are_found(string method, string path, string parameters, int expected)
    {
        var pairs = parameters.Split('&', StringSplitOptions.RemoveEmptyEntries).ToDictionary(static pair => pair.Split('=')[0], static pair => pair.Split('=')[1]);

        Assert.Equal(expected, Fixtures.Schema.FaultsOf(new FakeProxmoxRequest(method, path, pairs, default)).Count());
    }
}
