namespace EventWatcher.Idle.AspNetCore;

/// <summary>How requests are forwarded to containers.</summary>
public sealed class IdleForwarderOptions
{
    /// <summary>Gets or sets how long a connection to a container may take to come about.</summary>
    /// <value>The default is 15 seconds; longer than zero, at most an hour.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets how long a connection that nobody uses is kept.</summary>
    /// <value>The default is 1 minute; longer than zero, at most an hour.</value>
    public TimeSpan PooledConnectionIdleTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets after what time without a byte in either direction a connection that has gone over to another protocol,
    /// such as a WebSocket, is ended, so that it no longer keeps the container awake.
    /// </summary>
    /// <value>The default is null: never. Otherwise longer than zero, at most a day.</value>
    public TimeSpan? MaxSilence { get; set; }

    /// <summary>Gets or sets what changes the handler of a container's requests, such as which certificates are trusted; called once each time the container has become ready.</summary>
    /// <value>The default is null: nothing. How it connects stays as it is.</value>
    public Action<IdleWatcher, SocketsHttpHandler>? ConfigureHandler { get; set; }
}
