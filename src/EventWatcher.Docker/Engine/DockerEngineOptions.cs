namespace EventWatcher.Docker;

/// <summary>How an engine is reached.</summary>
public class DockerEngineOptions
{
    /// <summary>Gets or sets where the engine listens.</summary>
    /// <value>
    /// <para>
    /// <c>unix:///path</c>, <c>npipe:////./pipe/name</c>, <c>tcp://host[:port]</c> (port 2375, with TLS 2376),
    /// <c>http://host[:port]</c> or <c>https://host[:port]</c>, without user name or password; or
    /// <c>ssh://[user@]host[:port][/path]</c>: through the <c>ssh</c> program, which must need no answer to a question,
    /// and <c>docker system dial-stdio</c> at the host, with the path for another socket than the one used there.
    /// </para>
    /// <para>
    /// The default is null: <c>DOCKER_HOST</c> (with <c>DOCKER_TLS_VERIFY</c> and <c>DOCKER_CERT_PATH</c>), then the
    /// current Docker context (<c>DOCKER_CONTEXT</c>, or <c>currentContext</c> of <c>~/.docker/config.json</c>), then the
    /// first that exists of <c>/var/run/docker.sock</c>, <c>$XDG_RUNTIME_DIR/docker.sock</c>,
    /// <c>~/.docker/run/docker.sock</c>, <c>~/.docker/desktop/docker.sock</c>,
    /// <c>$XDG_RUNTIME_DIR/podman/podman.sock</c> and <c>/run/podman/podman.sock</c>, then <c>/var/run/docker.sock</c>;
    /// on Windows <c>npipe:////./pipe/docker_engine</c>. Decided once, when the engine object is made.
    /// </para>
    /// </value>
    public string? Endpoint { get; set; }

    /// <summary>
    /// Gets or sets how long connecting may take, and an ordinary call (ping, list, inspect) as a whole. A stream of
    /// events has no time-out beyond connecting.
    /// </summary>
    /// <value>The default is 10 s. From 1 ms to 1 day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how long the engine may take to start, kill, pause or unpause a container, and to stop one beyond
    /// the stop's own time-out.
    /// </summary>
    /// <value>The default is 1 minute. From 1 ms to 1 day.</value>
    public TimeSpan ActionTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how TLS is spoken with a <c>tcp://</c> or <c>https://</c> endpoint.</summary>
    /// <value>
    /// The default is null: TLS as the environment or the Docker context says where the endpoint comes from there; else
    /// none for <c>tcp://</c>, and the machine's own roots for <c>https://</c>.
    /// </value>
    public DockerTlsOptions? Tls { get; set; }

    /// <summary>Gets or sets the configuration file of the <c>ssh</c> program for an <c>ssh://</c> endpoint.</summary>
    /// <value>The default is null: what the program itself uses, <c>~/.ssh/config</c> and the machine's.</value>
    public string? SshConfigFile { get; set; }

    /// <summary>Says the same of how the engine is reached.</summary>
    internal T CopyTo<T>(T other)
        where T : DockerEngineOptions
    {
        other.Endpoint = Endpoint;
        other.Timeout = Timeout;
        other.ActionTimeout = ActionTimeout;
        other.Tls = Tls;
        other.SshConfigFile = SshConfigFile;
        return other;
    }
}
