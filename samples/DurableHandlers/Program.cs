// Puts the events of watchers into a log on disk, and handles them from there: what was not handled comes again after a restart.
//
//     dotnet run --project samples/DurableHandlers -- watch /tmp/log --folder conf.d
//     dotnet run --project samples/DurableHandlers -- inspect /tmp/log
//
// And what shows from outside that the log is durable:
//
//     dotnet run --project samples/DurableHandlers -- produce /tmp/log --writers 100 --count 10000
//     dotnet run --project samples/DurableHandlers -- dump /tmp/log
//     dotnet run --project samples/DurableHandlers -- handle /tmp/log --id mailer

using System.Runtime.InteropServices;
using DurableHandlers;
using EventWatcher.Store;
using Microsoft.Extensions.Options;

if (!Arguments.TryParse(args, out var arguments, out var problem))
{
    var wantsHelp = arguments.Command is "help";
    var where = wantsHelp ? Console.Out : Console.Error;
    where.WriteLine(problem);
    where.WriteLine(Arguments.Usage);
    return wantsHelp ? 0 : 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return arguments.Command switch
    {
        "produce" => await ProduceCommand.RunAsync(arguments, stop.Token),
        "dump" => await DumpCommand.RunAsync(arguments, stop.Token),
        "handle" => await HandleCommand.RunAsync(arguments, stop.Token),
        "inspect" => await InspectCommand.RunAsync(arguments, stop.Token),
        _ => await WatchCommand.RunAsync(arguments, stop.Token),
    };
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (OptionsValidationException invalid)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, invalid.Failures));
    return 2;
}
catch (Exception exception) when (exception is EventStoreException or EventStoreDamagedException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
