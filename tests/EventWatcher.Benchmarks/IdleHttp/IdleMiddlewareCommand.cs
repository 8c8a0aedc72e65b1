using System.Diagnostics;
using EventWatcher.Idle;
using EventWatcher.Idle.AspNetCore;
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
        var (bare, guarded) = (served.Pipeline(atOnce, isBare: true), served.Pipeline(atOnce, isBare: false));

        var table = new Table("a request", "bare ns", "with ns", "adds ns (median)", "limit", "adds bytes", "limit", "");
        await MeasureAsync("found by host", table, rounds, requests, bare, guarded, context);
        context.Request.Path = "/reports/2026";
        await MeasureAsync("found by path", table, rounds, requests, bare, guarded, context);
        context.Request.Path = "/";
        context.SetEndpoint(new Endpoint(atOnce, new EndpointMetadataCollection(new IdleContainerMetadata(MemoryContainers.NameOf(0))), "/"));
        await MeasureAsync("found by endpoint", table, rounds, requests, bare, guarded, context);
        context.SetEndpoint(null);
        context.Request.Host = new HostString("other.localhost");
        await MeasureAsync("for no container", table, rounds, requests, bare, guarded, context);
        context.Request.Host = new HostString(ServedRequest.Host);
        await MeasureLaterAsync(table, 20_000, served, context);
        table.Print();
    }

    // Until all of it is compiled for good, which the runtime does aside, in several steps, when it finds the time.
    private static async Task WarmUpAsync(RequestDelegate bare, RequestDelegate guarded, HttpContext context, int requests)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            Send(bare, context, requests);
            Send(guarded, context, requests);
            if (turn % 10 == 0)
            {
                await Task.Delay(150);
            }
        }
    }

    private static async Task MeasureAsync(string name, Table table, int rounds, int requests, RequestDelegate bare, RequestDelegate guarded, HttpContext context)
    {
        await WarmUpAsync(bare, guarded, context, requests);
        var (without, with, added) = (new Samples(rounds), new Samples(rounds), new Samples(rounds));
        long bytes = 0;
        for (var round = 0; round < rounds; round++)
        {
            var (bareTime, bareBytes) = Send(bare, context, requests);
            var (time, ownBytes) = Send(guarded, context, requests);
            without.Add(bareTime);
            with.Add(time);
            added.Add(time - bareTime);
            bytes = ownBytes - bareBytes;
        }

        var perRequest = (double)bytes / requests;
        Report.Add(
            $"a request through the wake middleware, {name}, container ready",
            $"adds {Figures.Fixed(added.Median)} ns, {Figures.Fixed(perRequest, 2)} B",
            $"bare pipeline {Figures.Fixed(without.Median)} ns",
            limit: $"< {Figures.Whole(LimitNanoseconds)} ns, 0 B",
            holds: added.Median < LimitNanoseconds && perRequest < 0.01);
        table.Add(
            name, Figures.Fixed(without.Median), Figures.Fixed(with.Median), Figures.Fixed(added.Median), "< 100",
            Figures.Fixed(perRequest, 2), "0", Figures.Verdict(added.Median < LimitNanoseconds && perRequest < 0.01));
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
        var bare = await BytesAsync(served.Pipeline(later, isBare: true), context, requests);
        var guarded = await BytesAsync(served.Pipeline(later, isBare: false), context, requests);
        var added = guarded - bare;
        table.Add("answered later", "", "", "", "", Figures.Fixed(added, 2), "one state machine", Figures.Verdict(added <= LimitBytesWhenLater));
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
}
