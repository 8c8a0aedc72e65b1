namespace EventWatcher.Docker.Tests;

/// <summary>What befalls one event on its way to the live streams; the ring has it unharmed.</summary>
internal enum LiveFault
{
    None,
    Drop,
    Corrupt,
    Repeat,
}
