using EventWatcher;

namespace Watch;

/// <summary>How what happens is shown. Called by one thread at a time, but for <see cref="Watching"/>.</summary>
internal interface IPrinter
{
    /// <summary>A watch begins; it stands once <paramref name="ready"/> completes.</summary>
    void Watching(string what, string where, Task ready);

    void Events(IReadOnlyList<Event> batch);

    void Error(Exception error);
}
