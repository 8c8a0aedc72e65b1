using System.Globalization;
using System.Net;
using System.Text.Json;

namespace EventWatcher.Docker;

/// <summary>The calls about containers.</summary>
public sealed partial class DockerEngine
{
    /// <summary>What an engine takes for a container without a stop time-out of its own.</summary>
    private static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DockerContainer>> ListContainersAsync(
        DockerListRequest? request = null, CancellationToken cancellationToken = default) =>
        GetAsync(DockerQuery.List(request ?? new DockerListRequest()), "list the containers", DockerContainerReader.List, cancellationToken);

    /// <inheritdoc/>
    public Task<DockerContainerDetails> InspectContainerAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync(DockerQuery.Container(id, "json"), $"inspect container {id}", DockerContainerReader.Details, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> StartContainerAsync(string id, CancellationToken cancellationToken = default) =>
        PostAsync(DockerQuery.Container(id, "start"), $"start container {id}", _actionTimeout, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> StopContainerAsync(
        string id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var parameters = new List<string>(2);
        if (signal is not null)
        {
            parameters.Add("signal=" + Uri.EscapeDataString(DockerSignal.Normalize(signal)));
        }

        if (timeout is { } given)
        {
            parameters.Add("t=" + Seconds(given).ToString(CultureInfo.InvariantCulture));
        }

        var path = DockerQuery.Container(id, "stop", [.. parameters]);
        var allowed = timeout
            ?? (await InspectContainerAsync(id, cancellationToken).ConfigureAwait(false)).StopTimeout
            ?? DefaultStopTimeout;
        var deadline = allowed == Timeout.InfiniteTimeSpan ? allowed : TimeSpan.FromSeconds(Seconds(allowed)) + _actionTimeout;
        return await PostAsync(path, $"stop container {id}", deadline, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task KillContainerAsync(string id, string? signal = null, CancellationToken cancellationToken = default)
    {
        var path = signal is null
            ? DockerQuery.Container(id, "kill")
            : DockerQuery.Container(id, "kill", "signal=" + Uri.EscapeDataString(DockerSignal.Normalize(signal)));
        return PostAsync(path, $"kill container {id}", _actionTimeout, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PauseContainerAsync(string id, CancellationToken cancellationToken = default) =>
        PostAsync(DockerQuery.Container(id, "pause"), $"pause container {id}", _actionTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task UnpauseContainerAsync(string id, CancellationToken cancellationToken = default) =>
        PostAsync(DockerQuery.Container(id, "unpause"), $"unpause container {id}", _actionTimeout, cancellationToken);

    private static int Seconds(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return -1;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromDays(1));
        return (int)Math.Ceiling(timeout.TotalSeconds);
    }

    private Task<T> GetAsync<T>(string path, string what, Func<JsonElement, T> read, CancellationToken cancellationToken) => CallAsync(
        what,
        _timeout,
        async token =>
        {
            using var response = await SendVersionedAsync(HttpMethod.Get, path, what, token).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                try
                {
                    using var document = await JsonDocument.ParseAsync(body, cancellationToken: token).ConfigureAwait(false);
                    return read(document.RootElement);
                }
                catch (JsonException exception)
                {
                    throw new DockerProtocolException(
                        Name, $"The answer of the Docker engine at {Name} to \"{what}\" is not what was expected: {exception.Message}", exception);
                }
            }
        },
        cancellationToken);

    private Task<bool> PostAsync(string path, string what, TimeSpan timeout, CancellationToken cancellationToken) => CallAsync(
        what,
        timeout,
        async token =>
        {
            using var response = await SendVersionedAsync(HttpMethod.Post, path, what, token).ConfigureAwait(false);
            return response.StatusCode != HttpStatusCode.NotModified;
        },
        cancellationToken);
}
