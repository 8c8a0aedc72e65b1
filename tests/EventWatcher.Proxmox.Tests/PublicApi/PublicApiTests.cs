using EventWatcher.Tests.Shared;

namespace EventWatcher.Proxmox.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_is_the_approved_one() => PublicApiText.AssertApproved(typeof(ProxmoxWatcher).Assembly);
}
