using EventWatcher.Tests.Shared;

namespace EventWatcher.Store.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_is_the_approved_one() => PublicApiText.AssertApproved(typeof(IEventStore).Assembly);
}
