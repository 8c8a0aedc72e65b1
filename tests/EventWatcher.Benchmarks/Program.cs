using BenchmarkDotNet.Running;
using EventWatcher.Benchmarks;

if (args is [] or ["--help" or "-h"])
{
    Console.WriteLine(Commands.Help);
    return args is [] ? 2 : 0;
}

if (args[0] == ReportCommand.Name)
{
    return await Commands.GuardAsync(() => ReportCommand.RunAsync(args[1..]));
}

if (Commands.Find(args[0]) is { } command)
{
    return await Commands.RunAsync(command, args[1..]);
}

if (!args[0].StartsWith('-'))
{
    await Console.Error.WriteLineAsync($"There is no command \"{args[0]}\".\n\n{Commands.Help}");
    return 2;
}

Machine.Print(args);
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Commands).Assembly).Run(BenchmarkConfig.Complete(args), new BenchmarkConfig());
ThroughputVerdict.Print(summaries);
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
