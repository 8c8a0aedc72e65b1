namespace EventWatcher.Idle.AspNetCore;

/// <summary>What tells those who don't wake that the application is well and sleeps.</summary>
internal static class DormantHeader
{
    public const string Name = "X-EventWatcher-Idle";
    public const string Value = "dormant";
}
