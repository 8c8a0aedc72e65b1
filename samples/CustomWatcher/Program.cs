// A watcher of one's own beside Docker's, in one queue, run by the host.
//
//     dotnet run --project samples/CustomWatcher

using CustomWatcher;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);

builder.Services.AddEventWatcher()
    .AddDocker()
    .AddWatcher("load", _ => new LoadWatcher(threshold: 0.5))
    .AddQueue("print", queue => queue
        .From("docker", "load")
        .Handle(batch =>
        {
            foreach (var item in batch)
            {
                Console.WriteLine($"{item.Timestamp:HH:mm:ss} {item.Type} {item}");
            }
        }));

await builder.Build().RunAsync();
