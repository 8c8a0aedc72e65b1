namespace EventWatcher.Files.Tests;

/// <summary>
/// Moves of directories that are heard of when the disk is long past them. The reader is held meanwhile, so alone.
/// </summary>
[Collection(nameof(KernelCollection))]
public sealed class OvertakenMovesTests
{
    /// <summary>Gets operations, one line each: <c>a &lt;&gt; b</c> exchanges names, others are for the shell.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "names changed in a circle", "mkdir a b c; touch a/1 b/2 c/3\nmv a t; mv b a; mv c b; mv t c" },
        { "directory takes its parent's name, the parent is gone", "mkdir -p b/b/z; touch b/1 b/b/2\nmv b x; mv x/b b; rm -r x" },
        { "file and two directories exchange all around", "mkdir d d/a; echo 1 > c; echo 22 > e; echo 333 > d/f\ne <> d/a\nc <> e\ne <> d\nd <> c" },
        { "path is another by then, below one that moves on", "mkdir -p e/a/b e/e c/b; echo 1 > a\ne/a <> c/b\ne <> a\nmkdir a/a/d" },
        { "moved out of what an exchange replaces", "mkdir -p d/e/a e; touch d/e/a/1\nmv e x; mv d/e/a e; touch e/2\ne <> d/e\ntouch e/3" },
        { "exchanged twice, renamed in between", "mkdir -p a/x b/y; touch a/x/1 b/y/2\na <> b\nmv a c\nb <> c\ntouch b/3 c/4" },
        { "exchanged with a parent's child, parent renamed", "mkdir -p p/q/r s/t; touch p/q/1 s/2\np/q <> s\nmv p z\nz/q <> s\nmv z s/t/z" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Moves_that_are_heard_late_end_in_the_state_of_the_disk(string what, string operations)
    {
        Assert.NotEmpty(what);
        using var folder = new TempFolder();
        var steps = operations.Split('\n');
        Do(folder, steps[0]);
        var model = new ReportedState();
        model.Assume(ReportedState.OfDisk(folder.Path));
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true), model.Apply);
        using var reader = new HeldReader();

        foreach (var step in steps.Skip(1))
        {
            Do(folder, step);
        }

        reader.Dispose();
        await recorder.FlushAsync();
        Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
        Assert.Empty(model.Faults);

        // Each directory is watched as what it is now.
        Do(folder, "for d in $(find . -type d); do echo 1 > $d/new; done");
        await recorder.FlushAsync();
        Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
        Assert.Empty(model.Faults);
    }

    private static void Do(TempFolder folder, string step)
    {
        if (step.Split(" <> ") is [var one, var other])
        {
            Posix.Exchange(folder[one], folder[other]);
        }
        else
        {
            Shell.Run(step, folder.Path);
        }
    }
}
