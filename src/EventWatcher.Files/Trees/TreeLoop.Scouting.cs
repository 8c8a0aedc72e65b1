using System.Runtime.ExceptionServices;

namespace EventWatcher.Files;

// The first look at a large tree: several threads watch and list, the loop alone keeps the tables.
internal sealed partial class TreeLoop
{
    private const int ManyDirectories = 32;

    /// <summary>Works off what is to be entered, until nothing is left.</summary>
    private void EnterTogether()
    {
        using var scouts = new DirectoryScouts(Visit);
        var spare = new Stack<ScoutedDirectory>();
        var away = 0;
        while (true)
        {
            Stopping.ThrowIfCancellationRequested();
            while (away < DirectoryScouts.MostAhead && _toEnter.TryPop(out var next))
            {
                var directory = spare.TryPop(out var used) ? used : new ScoutedDirectory();
                directory.Row = next.Row;
                directory.Path = _directories.PathOf(next.Row);
                scouts.Send(directory);
                away++;
            }

            if (away == 0)
            {
                return;
            }

            var back = scouts.Receive(Stopping);
            away--;
            if (back.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            if (TakeWatch(back.Row, back.Watch))
            {
                TakeList(back.Row, back.IsListed, back.Entries, ScanMode.Baseline, always: false);
            }

            spare.Push(back);
        }
    }

    /// <summary>Runs on any thread: touches nothing of the loop's.</summary>
    private void Visit(ScoutedDirectory directory)
    {
        var path = Absolute(directory.Path);
        directory.Entries.Clear();

        // Looked at first, so that the disk is not waited for while the source is locked.
        _ = FileSystemView.Stat(path, follow: false);
        directory.Watch = AddWatch(directory.Row, path);
        directory.IsListed = FileSystemView.List(path, directory.Entries, WantedIn(directory.Path));
    }
}
