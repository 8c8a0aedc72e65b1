namespace EventWatcher.Docker;

/// <summary>No connection through the <c>ssh</c> program; the message is the rest of a sentence.</summary>
internal sealed class SshException(string message, Exception? innerException = null) : IOException(message, innerException);
