using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace EventWatcher.Sinks.Tests;

public sealed class HttpSinkTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly JsonServer _server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task Write_answered_with_success_the_event_was_posted_as_json(int status)
    {
        _server.Answer = _ => status;
        await using var sink = Sink.ToHttp(_client, _server.Address);
        var item = TestEvents.Container(EventAction.ContainerStart, "größe");

        await sink.WriteAsync(item);

        var (head, body) = Assert.Single(_server.Requests);
        Assert.StartsWith("POST /hooks/secret-path?token=secret-token HTTP/1.1", head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", head, StringComparison.Ordinal);
        Assert.Equal(item, JsonSerializer.Deserialize(body, EventJsonContext.Default.Event));
    }

    [Theory]
    [InlineData(301, false)]
    [InlineData(400, true)]
    [InlineData(401, true)]
    [InlineData(404, true)]
    [InlineData(408, false)]
    [InlineData(410, true)]
    [InlineData(425, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task Write_answered_with_anything_else_it_throws_and_says_whether_that_is_permanent(int status, bool isPermanent)
    {
        _server.Answer = _ => status;
        await using var sink = Sink.ToHttp(_client, _server.Address);

        var exception = await Assert.ThrowsAsync<HttpSinkException>(async () => await sink.WriteAsync(TestEvents.Numbered(1)));

        Assert.Equal((HttpStatusCode)status, exception.StatusCode);
        Assert.Equal(isPermanent, exception.IsPermanent);
    }

    [Fact]
    public async Task Write_unavailable_at_first_with_retries_it_arrives_once_it_is_there()
    {
        _server.Answer = attempt => attempt switch { 1 => 503, 2 => -1, 3 => 429, _ => 200 };
        await using var sink = Sink.ToHttp(_client, _server.Address).WithRetry(new Breaker(100, TimeSpan.Zero));

        await Eventually.CompletesAsync(sink.WriteAsync(TestEvents.Numbered(1)).AsTask());

        // A cut connection may have been tried once more by the client itself.
        Assert.InRange(_server.Requests.Count, 4, 5);
    }

    [Fact]
    public async Task Write_permanent_with_retries_it_is_posted_once()
    {
        _server.Answer = _ => 422;
        await using var sink = Sink.ToHttp(_client, _server.Address).WithRetry(new Breaker(5, TimeSpan.Zero));
        await Assert.ThrowsAsync<HttpSinkException>(async () => await sink.WriteAsync(TestEvents.Numbered(1)));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Write_nobody_there_it_throws_what_is_worth_another_try()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await using var sink = Sink.ToHttp(_client, new Uri($"http://127.0.0.1:{port}/"));
        var exception = await Assert.ThrowsAsync<HttpSinkException>(async () => await sink.WriteAsync(TestEvents.Numbered(1)));
        Assert.Null(exception.StatusCode);
        Assert.False(exception.IsPermanent);
    }

    [Fact]
    public async Task Write_no_answer_in_the_clients_time_it_throws_what_is_worth_another_try()
    {
        _server.Answer = _ => 0;
        _client.Timeout = TimeSpan.FromMilliseconds(100);
        await using var sink = Sink.ToHttp(_client, _server.Address);
        var exception = await Assert.ThrowsAsync<HttpSinkException>(
            () => Eventually.CompletesAsync(sink.WriteAsync(TestEvents.Numbered(1)).AsTask()));
        Assert.False(exception.IsPermanent);
    }

    [Fact]
    public async Task Write_cancelled_the_callers_token_says_so()
    {
        _server.Answer = _ => 0;
        using var cancel = new CancellationTokenSource();
        await using var sink = Sink.ToHttp(_client, _server.Address);
        var writing = sink.WriteAsync(TestEvents.Numbered(1), cancel.Token).AsTask();
        await Eventually.TrueAsync(() => !_server.Requests.IsEmpty);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(writing));
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Close_a_request_that_hangs_is_given_its_time_and_then_aborted()
    {
        var time = new FakeTimeProvider();
        _server.Answer = _ => 0;
        var sink = Sink.ToHttp(_client, _server.Address, timeProvider: time);
        var writing = sink.WriteAsync(TestEvents.Numbered(1)).AsTask();
        await Eventually.TrueAsync(() => !_server.Requests.IsEmpty);

        var closing = sink.CloseAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(closing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.CompletesAsync(closing);
        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(writing));
    }

    [Fact]
    public async Task Close_behind_a_queue_with_retries_and_a_server_that_hangs_the_deadline_holds()
    {
        var time = new FakeTimeProvider();
        _server.Answer = _ => 0;
        var sink = Sink.ToHttp(_client, _server.Address, timeProvider: time)
            .WithRetry(new Breaker(5, TimeSpan.FromSeconds(1), time))
            .WithQueue(capacity: 1_000)
            .Where(e => e.Action.IsContainerStart);
        for (var i = 0; i < 3; i++)
        {
            await sink.WriteAsync(TestEvents.Container(EventAction.ContainerStart, $"{i}"));
            await sink.WriteAsync(TestEvents.Container(EventAction.ContainerDie, $"{i}"));
        }

        await Eventually.TrueAsync(() => !_server.Requests.IsEmpty);
        var closing = sink.CloseAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(3, await Eventually.CompletesAsync(closing));
        Assert.Equal(0, time.PendingTimers);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(-1)]
    public async Task Exceptions_and_names_hold_no_path_and_no_query(int answer)
    {
        _server.Answer = _ => answer;
        await using var sink = Sink.ToHttp(_client, _server.Address);
        var exception = await Assert.ThrowsAsync<HttpSinkException>(async () => await sink.WriteAsync(TestEvents.Numbered(1)));
        Assert.DoesNotContain("secret", $"{exception} {sink} {sink.Name}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("ftp://server/")]
    public void Address_that_cannot_be_posted_to_is_refused(string address) =>
        Assert.Throws<ArgumentException>(() => Sink.ToHttp(_client, new Uri(address, UriKind.RelativeOrAbsolute)));
}
