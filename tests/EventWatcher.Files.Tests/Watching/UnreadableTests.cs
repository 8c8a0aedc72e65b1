namespace EventWatcher.Files.Tests;

public sealed class UnreadableTests
{
    [SkippableFact]
    public async Task Directory_that_cant_be_read_is_told_and_watched_once_it_can()
    {
        Skip.IfNot(string.Equals(Environment.UserName, "root", StringComparison.Ordinal), "Only root can start a process as somebody else.");
        using var programs = new TempFolder();
        using var folder = new TempFolder();
        Shell.Run("mkdir -p closed/inner open late; echo 1 > closed/secret; echo 1 > open/f; chmod 755 . open late; chmod 700 closed", folder.Path);
        await using var watch = LesserProcess.Watch(programs, folder.Path);
        await watch.UntilAsync(static lines => lines.Any(static line => line.Contains("\"ready\"", StringComparison.Ordinal)));
        await watch.UntilAsync(lines => lines.Any(line => line.Contains($"{folder.Path}/closed can't be read", StringComparison.Ordinal)));

        folder.Write("open/g", "1");
        folder.Write("closed/unseen", "1");
        await watch.UntilAsync(static lines => Saw(lines, "created", "open/g"));
        await watch.UntilAsync(static lines => !Saw(lines, "created", "closed/unseen"));

        // Closed while it is watched: what is made in it meanwhile can't be read either, and harms nobody.
        Shell.Run("mkdir -m 700 late/below; echo 1 > late/below/f; echo 1 > late/g", folder.Path);
        await watch.UntilAsync(static lines => Saw(lines, "created", "late/below") && Saw(lines, "created", "late/g"));

        Shell.Run("chmod 755 closed late/below", folder.Path);
        await watch.UntilAsync(static lines => Saw(lines, "created", "closed/secret") && Saw(lines, "created", "closed/inner") && Saw(lines, "created", "late/below/f"));
        folder.Write("closed/inner/h", "1");
        await watch.UntilAsync(static lines => Saw(lines, "created", "closed/inner/h"));
    }

    private static bool Saw(IEnumerable<string> lines, string action, string name) =>
        lines.Any(line => line.Contains($"\"action\":\"{action}\"", StringComparison.Ordinal) && line.Contains($"\"actorName\":\"{name}\"", StringComparison.Ordinal));
}
