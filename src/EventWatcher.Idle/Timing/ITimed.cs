namespace EventWatcher.Idle;

/// <summary>Somebody who is to be told when a moment has come.</summary>
internal interface ITimed
{
    /// <summary>Gets or sets the timer's own note of where this one's moment is; zero where it has none.</summary>
    int PlaceInTimer { get; set; }

    /// <summary>Called on the timer's thread; quick, and never throws.</summary>
    void OnTime();
}
