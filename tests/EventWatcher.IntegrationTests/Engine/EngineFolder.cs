using System.Globalization;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// The private engine's one folder, and all that can be found by it: the processes whose command line names it, the
/// containers whose root lies in it, the mounts below it.
/// </summary>
internal sealed class EngineFolder
{
    /// <summary>108 bytes is all a unix socket's path may have, and the engine's own longest name below its folder takes 40.</summary>
    private const int LongestPath = 64;

    public EngineFolder()
    {
        // Readable by its owner only: who may talk to the engine is root.
        var folder = Directory.CreateTempSubdirectory("ew-");
        if (folder.FullName.Length > LongestPath)
        {
            folder.Delete();
            folder = Directory.CreateDirectory("/tmp/" + folder.Name, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Root = folder.FullName;
    }

    public string Root { get; }

    public string Socket => Path.Combine(Root, "docker.sock");

    public string DataRoot => Path.Combine(Root, "data");

    public string ExecRoot => Path.Combine(Root, "exec");

    public string ProcessIdFile => Path.Combine(Root, "pid");

    /// <summary>
    /// An engine that was killed leaves these two behind, and the next one believes them: where PID 1 does not reap,
    /// a zombie looks alive, and the engine would wait for it in vain.
    /// </summary>
    public void ForgetProcessIds()
    {
        foreach (var file in new[] { ProcessIdFile, Path.Combine(ExecRoot, "containerd", "containerd.pid") })
        {
            // Without its folder a file is not merely absent to File.Delete.
            if (File.Exists(file))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>The engine's helpers (containerd and a shim for each container) that live on. A zombie has no command line and does not count.</summary>
    public IReadOnlyList<int> Helpers() => [.. Processes().Where(id => id != Environment.ProcessId && ReadProcess(id, "cmdline").Contains(Root + "/", StringComparison.Ordinal))];

    /// <summary>The processes inside containers: their root directory is mounted from below this folder.</summary>
    public IReadOnlyList<int> Contained() => [.. Processes().Where(HasRootHere)];

    /// <summary>Kills what an engine that can no longer be asked has left running.</summary>
    public async Task KillLeftoversAsync()
    {
        await KillAllAsync(Helpers);
        foreach (var id in Contained())
        {
            Thaw(id);
        }

        await KillAllAsync(Contained);
    }

    /// <summary>Unmounts all below the folder, the deepest first, then deletes it.</summary>
    public void Delete()
    {
        foreach (var mount in MountsBelow().Reverse().ToList())
        {
            _ = Posix.UnmountLazily(mount);
        }

        // Deleting through a mount that stayed would delete what is not ours.
        var left = MountsBelow().ToList();
        if (left.Count > 0)
        {
            throw new IOException($"Still mounted below {Root}, so nothing of it was deleted: {string.Join(", ", left)}");
        }

        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private static async Task KillAllAsync(Func<IReadOnlyList<int>> find)
    {
        _ = await Deadline.ReachesAsync(
            () =>
            {
                var found = find();
                foreach (var id in found)
                {
                    Posix.Signal(id, Posix.SigKill);
                }

                return found.Count == 0;
            },
            TimeSpan.FromSeconds(5));
    }

    /// <summary>A paused container under cgroup v1 does not even die before it is thawed.</summary>
    private static void Thaw(int processId)
    {
        var freezer = ReadProcess(processId, "cgroup").Split('\n').FirstOrDefault(line => line.Contains(":freezer:", StringComparison.Ordinal));
        if (freezer is not null)
        {
            var state = $"/sys/fs/cgroup/freezer{freezer.Split(':', 3)[2]}/freezer.state";
            if (File.Exists(state))
            {
                File.WriteAllText(state, "THAWED");
            }
        }
    }

    // Fields of mountinfo: id, parent, device, root within the file system, mount point, …
    private IEnumerable<string> MountsBelow() =>
        File.ReadAllLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).Where(path => path.StartsWith(Root + "/", StringComparison.Ordinal));

    private bool HasRootHere(int processId)
    {
        // The root within the file system lacks the folders above a /tmp that is a mount itself; the folder's own name is unique.
        var name = "/" + Path.GetFileName(Root) + "/";
        return ReadProcess(processId, "mountinfo").Split('\n').Select(line => line.Split(' '))
            .Any(fields => fields.Length > 4 && string.Equals(fields[4], "/", StringComparison.Ordinal) && fields[3].Contains(name, StringComparison.Ordinal));
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 1);

    private static string ReadProcess(int processId, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
