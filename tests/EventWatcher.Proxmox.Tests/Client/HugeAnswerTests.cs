using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

public sealed class HugeAnswerTests : ProxmoxTest
{
    [Fact]
    public async Task Answer_larger_than_any_is_a_matter_of_protocol_and_not_a_lost_connection()
    {
        await using var client = NewClient();
        client.LargestAnswer = 10_000;
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", $$"""{"data":[{"id":"{{new string('x', 20_000)}}"}]}"""));

        var exception = await Assert.ThrowsAsync<ProxmoxProtocolException>(() => client.GetResourcesAsync(default));

        Assert.Contains("Is it a Proxmox VE node", exception.Message, StringComparison.Ordinal);
        Assert.Empty((await client.GetResourcesAsync(default)).Data);
    }

    [Fact]
    public async Task Answer_nested_deeply_is_a_matter_of_protocol()
    {
        await using var client = NewClient();
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", $$"""{"data":{{new string('[', 5_000)}}{{new string(']', 5_000)}}}"""));

        await Assert.ThrowsAsync<ProxmoxProtocolException>(() => client.GetResourcesAsync(default));
    }
}
