namespace EventWatcher.Files.Tests;

/// <summary>Does things to a tree that users do, and some that they don't.</summary>
internal sealed class RandomOperations(Random random, string root, string outside, bool exchanges = false, bool links = false)
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    public List<string> Log { get; } = [];

    public void Next()
    {
        var one = Pick();
        var other = Pick();
        switch (random.Next(links ? 16 : exchanges ? 14 : 12))
        {
            case 0 or 1:
                Try("mkdir", () => Directory.CreateDirectory(one), one);
                break;
            case 2 or 3 or 4:
                Try("write", () => Write(one), one);
                break;
            case 5:
                Try("append", () => File.AppendAllText(one, "+"), one);
                break;
            case 6:
                Try("delete", () => File.Delete(one), one);
                break;
            case 7:
                Try("delete tree", () => Directory.Delete(one, recursive: true), one);
                break;
            case 8:
                Try("move file", () => File.Move(one, other, overwrite: true), one, other);
                break;
            case 9:
                Try("move directory", () => Directory.Move(one, other), one, other);
                break;
            case 10:
                var far = Path.Combine(outside, Names[random.Next(Names.Length)]);
                Try("move out", () => Directory.Move(one, far), one);
                break;
            case 14 or 15 or 12 or 13 when links:
                Try("link", () => Link(one, other), one, other);
                break;
            case 12 or 13:
                Try("exchange", () => Posix.Exchange(one, other), one, other);
                break;
            default:
                var near = Path.Combine(outside, Names[random.Next(Names.Length)]);
                Try("move in", () => Directory.Move(near, other), near, other);
                break;
        }
    }

    private string Pick()
    {
        var path = root;
        for (var depth = random.Next(1, 4); depth > 0; depth--)
        {
            path = Path.Combine(path, Names[random.Next(Names.Length)]);
        }

        return path;
    }

    private void Link(string path, string target)
    {
        var text = random.Next(3) switch
        {
            0 => target,
            1 => Path.GetRelativePath(Path.GetDirectoryName(path)!, target),
            _ => Path.GetFileName(target),
        };
        File.CreateSymbolicLink(path, text);
    }

    private void Write(string path)
    {
        if (random.Next(3) > 0)
        {
            File.WriteAllText(path, new string('x', random.Next(1, 50)));
            return;
        }

        var temporary = path + ".tmp";
        File.WriteAllText(temporary, new string('y', random.Next(1, 50)));
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void Try(string what, Action action, params string[] paths)
    {
        try
        {
            action();
            Log.Add(what + " " + string.Join(" to ", paths.Select(path => Path.GetRelativePath(root, path))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            // A parent that isn't there, a directory that isn't empty: as users do.
            Log.Add("(" + what + ")");
        }
    }
}
