namespace EventWatcher.Idle;

internal static class EventActionFlags
{
    /// <summary>Says whether any of these flags is set.</summary>
    public static bool Has(this EventAction action, EventAction any) => (action & any) != EventAction.None;
}
