using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Posts each item as JSON to an address.</summary>
/// <remarks>
/// <para>
/// Any status from 200 to 299 is success; all else is a <see cref="HttpSinkException"/>: permanent for 400 to 499, but
/// for 408, 425 and 429, and worth another try otherwise, as it is when the server can't be reached or does not answer
/// within the client's time-out. One request for each write, concurrently where writes are; put
/// <see cref="RetryingSink{T}"/> and <see cref="QueueSink{T}"/> in front.
/// </para>
/// <para>
/// Closing waits for the requests in progress, within its time, then aborts them. The client is the caller's. The path
/// and the query of the address are taken for secrets, and appear nowhere.
/// </para>
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class HttpSink<T> : Sink<T>
{
    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly JsonTypeInfo<T> _json;
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The requests in progress, and one for the sink being open.
    private int _holders = 1;

    /// <summary>Initializes the sink.</summary>
    /// <param name="client">Sends the requests. Its headers and its time-out are used; it is not disposed.</param>
    /// <param name="address">Where to: absolute, <c>http</c> or <c>https</c>.</param>
    /// <param name="json">How an item becomes JSON, from a source-generated context.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">The log; null for nowhere.</param>
    /// <param name="timeProvider">The clock of the closing; null for the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="address"/> is none that can be posted to.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public HttpSink(
        HttpClient client,
        Uri address,
        JsonTypeInfo<T> json,
        SinkOptions? options = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
        : base(NameOf(address), options, logger, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(json);
        _client = client;
        _address = address;
        _json = json;
    }

    private protected override async ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        Hold();
        try
        {
            if (IsClosed)
            {
                throw new SinkClosedException(Name);
            }

            await PostAsync(item, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    private protected override async Task<long> CloseCoreAsync(Deadline deadline)
    {
        Release();
        try
        {
            await _idle.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            // Whoever waits for one of them gets a SinkClosedException.
            await _abort.CancelAsync().ConfigureAwait(false);
        }

        return 0;
    }

    private static string NameOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsAbsoluteUri && address.Scheme is "http" or "https"
            ? $"{address.Scheme}://{address.Host}:{address.Port}"
            : throw new ArgumentException("The address must be absolute, http or https.", nameof(address));
    }

    private static bool IsPermanent(HttpStatusCode status) => (int)status is >= 400 and < 500
        && status is not (HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests);

    private async ValueTask PostAsync(T item, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _abort.Token);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(item, _json));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
        HttpStatusCode status;
        try
        {
            // The answer's body is nobody's business: the headers say all.
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            status = response.StatusCode;
        }
        catch (HttpRequestException exception)
        {
            throw new HttpSinkException(Name, $"{Name} could not be reached: {exception.HttpRequestError}.", statusCode: null, isPermanent: false, exception);
        }
        catch (OperationCanceledException exception)
        {
            throw Translate(exception, cancellationToken);
        }

        if ((int)status is < 200 or > 299)
        {
            throw new HttpSinkException(Name, $"{Name} answered {(int)status} {status}.", status, IsPermanent(status));
        }
    }

    private Exception Translate(OperationCanceledException exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(exception.Message, exception, cancellationToken);
        }

        return _abort.IsCancellationRequested
            ? new SinkClosedException(Name, exception)
            : new HttpSinkException(Name, $"{Name} did not answer in time.", statusCode: null, isPermanent: false, exception);
    }

    private void Hold() => Interlocked.Increment(ref _holders);

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _idle.TrySetResult();
        }
    }
}
