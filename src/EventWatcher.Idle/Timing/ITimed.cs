namespace EventWatcher.Idle;

/// <summary>Somebody who is to be told when a moment has come.</summary>
internal interface ITimed
{
    /// <summary>Called on the timer's thread; quick, and never throws.</summary>
    void OnTime();
}
