using System.Diagnostics;
using EventWatcher.Idle;
using EventWatcher.Idle.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EventWatcher.Benchmarks;

/// <summary>What the middleware adds to a request for a container that is ready.</summary>
internal static class IdleMiddlewareCommand
{
    private const double LimitNanoseconds = 100;

    // What an asynchronous method that has to wait needs to go on by.
    private const double LimitBytesWhenLater = 160;

    public static async Task RunAsync(CommandArguments arguments)
    {
        // Shorter than the kernel's time slices, so that a busy machine spoils few rounds, and not the median.
        var rounds = arguments.Number("--rounds", 2_001);
        var requests = arguments.Number("--requests", 500);
        arguments.RefuseOthers();

        var containers = new MemoryContainers(1, ContainerStatus.Stopped);
        await using var manager = new IdleManager(containers);
        manager.Start();
        var options = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(5) };
        options.Aliases.Add(ServedRequest.Host);
        await manager.GetOrAdd(MemoryContainers.NameOf(0), options).WakeAsync();

        await using var served = await ServedRequest.OpenAsync(manager);
        var context = await served.SendAsync();
        RequestDelegate atOnce = static _ => Task.CompletedTask;
        var pipelines = new Pipelines(
            served.Pipeline(atOnce),
            served.Pipeline(atOnce, static app => app.UseIdleWake()),
            served.Pipeline(atOnce, static app => app.UseHostFiltering()),
            served.Pipeline(atOnce, static app => app.UseRateLimiter()));

        var table = new Table("a request", "bare ns", "adds ns (median)", "host filtering adds", "a concurrency limiter adds", "limit", "adds bytes", "limit", "");
        await MeasureAsync("found by host", table, rounds, requests, pipelines, context);
        context.Request.Path = "/reports/2026";
        await MeasureAsync("found by path", table, rounds, requests, pipelines, context);
        context.Request.Path = "/";
        context.SetEndpoint(new Endpoint(atOnce, new EndpointMetadataCollection(new IdleContainerMetadata(MemoryContainers.NameOf(0))), "/"));
        await MeasureAsync("found by endpoint", table, rounds, requests, pipelines, context);
        context.SetEndpoint(null);
        context.Request.Host = new HostString("other.localhost");
        await MeasureAsync("for no container", table, rounds, requests, pipelines, context);
        context.Request.Host = new HostString(ServedRequest.Host);
        await MeasureLaterAsync(table, 20_000, served, context);
        table.Print();
        Console.WriteLine("peers: ASP.NET Core's own UseHostFiltering, which looks at the host, and UseRateLimiter, which holds a lease by it");
    }

    // Until all of it is compiled for good, which the runtime does aside, in several steps, when it finds the time.
    private static async Task WarmUpAsync(Pipelines pipelines, HttpContext context, int requests)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            foreach (var pipeline in pipelines.All)
            {
                Send(pipeline, context, requests);
            }

            if (turn % 10 == 0)
            {
                await Task.Delay(150);
            }
        }
    }

    private static async Task MeasureAsync(string name, Table table, int rounds, int requests, Pipelines pipelines, HttpContext context)
    {
        await WarmUpAsync(pipelines, context, requests);
        var (without, added, hosts, limiter) = (new Samples(rounds), new Samples(rounds), new Samples(rounds), new Samples(rounds));
        long bytes = 0;
        for (var round = 0; round < rounds; round++)
        {
            // In turns: the machine's own speed changes, and the peers' figures with it.
            var (bareTime, bareBytes) = Send(pipelines.Bare, context, requests);
            var (time, ownBytes) = Send(pipelines.Idle, context, requests);
            without.Add(bareTime);
            added.Add(time - bareTime);
            hosts.Add(Send(pipelines.HostFiltering, context, requests).Nanoseconds - bareTime);
            limiter.Add(Send(pipelines.Limiter, context, requests).Nanoseconds - bareTime);
            bytes = ownBytes - bareBytes;
        }

        var perRequest = (double)bytes / requests;
        var holds = added.Median < LimitNanoseconds && perRequest < 0.01;
        Report.Add(
            $"a request through the wake middleware, {name}, container ready",
            $"adds {Figures.Fixed(added.Median)} ns, {Figures.Fixed(perRequest, 2)} B",
            $"host filtering {Figures.Fixed(hosts.Median)} ns, concurrency limiter {Figures.Fixed(limiter.Median)} ns",
            limit: $"< {Figures.Whole(LimitNanoseconds)} ns, 0 B",
            holds: holds);
        table.Add(
            name, Figures.Fixed(without.Median), Figures.Fixed(added.Median), Figures.Fixed(hosts.Median), Figures.Fixed(limiter.Median), "< 100",
            Figures.Fixed(perRequest, 2), "0", Figures.Verdict(holds));
    }

    private static (double Nanoseconds, long Bytes) Send(RequestDelegate pipeline, HttpContext context, int requests)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < requests; i++)
        {
            if (!pipeline(context).IsCompletedSuccessfully)
            {
                throw new BenchmarkException("A request has failed, or was not answered at once.");
            }
        }

        return (Stopwatch.GetElapsedTime(started).TotalNanoseconds / requests, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // The time is the thread pool's; what counts is what has to be kept until the application has answered.
    private static async Task MeasureLaterAsync(Table table, int requests, ServedRequest served, HttpContext context)
    {
        RequestDelegate later = static async _ => await Task.Yield();
        var bare = await BytesAsync(served.Pipeline(later), context, requests);
        var guarded = await BytesAsync(served.Pipeline(later, static app => app.UseIdleWake()), context, requests);
        var added = guarded - bare;
        table.Add("answered later", "", "", "", "", "", Figures.Fixed(added, 2), "one state machine", Figures.Verdict(added <= LimitBytesWhenLater));
    }

    private static async Task<double> BytesAsync(RequestDelegate pipeline, HttpContext context, int requests)
    {
        var before = 0L;
        for (var i = -requests; i < requests; i++)
        {
            if (i == 0)
            {
                before = GC.GetTotalAllocatedBytes(precise: true);
            }

            await pipeline(context);
        }

        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / requests;
    }

    private sealed record Pipelines(RequestDelegate Bare, RequestDelegate Idle, RequestDelegate HostFiltering, RequestDelegate Limiter)
    {
        public RequestDelegate[] All { get; } = [Bare, Idle, HostFiltering, Limiter];
    }
}
