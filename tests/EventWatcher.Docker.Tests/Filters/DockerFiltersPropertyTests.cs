using System.Text.Json;

namespace EventWatcher.Docker.Tests;

/// <summary>The package's filters beside the engine's, on random events.</summary>
public sealed class DockerFiltersPropertyTests
{
    private static readonly string[] Actions =
        ["create", "start", "stop", "die", "kill", "health_status: healthy", "health_status: unhealthy", "exec_create: sh", "exec_start: sh", "exec_die", "st"];

    private static readonly string[] EventValues =
        [.. Actions, "health_status", "exec_create", "exec_start", "exec", "st", "k", "health"];

    private static readonly string[] Names = ["web", "web-1", "db", "w", "abc"];
    private static readonly string[] Ids = ["abc123", "abd456", "fff000"];
    private static readonly string[] Images = ["nginx", "nginx:1", "localhost:5000/a:1", "docker.io/library/nginx:2", "app@sha256:00ff"];
    private static readonly string[] ImageValues = [.. Images, "localhost:5000/a", "app", "localhost", "abc123"];
    private static readonly string[] Labels = ["a", "a=1", "b", "b=", "c=x=y", "name=web"];

    [Fact]
    public void Matches_random_events_and_filters_decides_as_the_engine_does()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var fitting = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var conditions = RandomConditions(random);
            var filters = conditions.Aggregate(DockerFilters.None, (all, next) => all + DockerFilters.Create(next.Term, next.Values));
            Assert.True(EventFilter.TryParse(Json(conditions), out var engines));
            for (var j = 0; j < 5; j++)
            {
                var item = RandomEvent(random);
                var expected = engines.Includes(new FakeEvent(item.Type, item.Action, item.ActorId, item.Attributes, item.TimeNanoseconds));
                fitting += expected ? 1 : 0;
                Assert.True(expected == filters.Matches(item), $"Seed {seed}: {filters} on {item}: the engine says {expected}");
            }
        }

        // Neither all nor nothing, or little would have been compared.
        Assert.InRange(fitting, 2_000, 80_000);
    }

    private static List<(string Term, string[] Values)> RandomConditions(Random random)
    {
        var conditions = new List<(string, string[])>();
        for (var count = random.Next(4); count > 0; count--)
        {
            conditions.Add(random.Next(6) switch
            {
                0 => ("container", Some(random, [.. Names, .. Ids, "ab", "we"])),
                1 => ("image", Some(random, ImageValues)),
                2 => ("label", Some(random, Labels)),
                3 when random.Next(4) == 0 => ("scope", Some(random, ["local", "swarm"])),
                4 when random.Next(4) == 0 => ("type", Some(random, ["container", "network"])),
                _ => ("event", Some(random, EventValues)),
            });
        }

        return conditions;
    }

    private static string[] Some(Random random, string[] values) => [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => values[random.Next(values.Length)])];

    private static DockerEvent RandomEvent(Random random)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = Names[random.Next(Names.Length)],
            ["image"] = Images[random.Next(Images.Length)],
        };
        foreach (var label in Some(random, Labels))
        {
            var parts = label.Split('=', 2);
            attributes[parts[0]] = parts.Length > 1 ? parts[1] : "1";
        }

        return new DockerEvent("container", Actions[random.Next(Actions.Length)], Ids[random.Next(Ids.Length)], EventAttributes.From(attributes), 1);
    }

    private static string Json(List<(string Term, string[] Values)> conditions) => JsonSerializer.Serialize(
        conditions.GroupBy(c => c.Term).ToDictionary(g => g.Key, g => g.SelectMany(c => c.Values).Distinct().ToArray()));
}
