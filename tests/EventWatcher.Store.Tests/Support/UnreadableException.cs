namespace EventWatcher.Store.Tests;

/// <summary>An exception that throws at whoever looks at it.</summary>
public sealed class UnreadableException : Exception
{
    public override string Message => throw new InvalidOperationException("not to be read");

    public override string ToString() => Message;
}
