namespace EventWatcher.Files.Tests;

/// <summary>How programs save a file: each script is run in the file's folder, with the file in $f and the new content in $c.</summary>
internal static class WaysOfSaving
{
    public static TheoryData<string> Names => [.. Scripts.Keys];

    /// <summary>Gets those in which the file is away, or empty and closed, for a moment.</summary>
    public static HashSet<string> WithAGap { get; } = new(StringComparer.Ordinal)
    {
        "vim with backup", "vim itself", "vim, backup kept", "unlink and create", "unlink, pause, create", "perl -pi", "two renames", "truncate, then write", "JetBrains' safe write", "cp", "install", "mv across file systems",
    };

    public static Dictionary<string, string> Scripts { get; } = new(StringComparer.Ordinal)
    {
        ["in place"] = "printf '%s' \"$c\" > $f",
        ["append"] = "printf '%s' \"$c\" >> $f",
        ["fsync"] = "printf '%s' \"$c\" | dd of=$f conv=fsync status=none",
        ["five flushes"] = "exec 3>$f; for i in 1 2 3 4 5; do printf '%s' \"$c\" >&3; sleep 0.03; done; exec 3>&-",
        ["slow flushes"] = "exec 3>$f; for i in 1 2 3; do printf '%s' \"$c\" >&3; sleep 0.25; done; exec 3>&-",
        ["rename from .tmp"] = "printf '%s' \"$c\" > $f.tmp; mv $f.tmp $f",
        ["rename from .new"] = "printf '%s' \"$c\" > $f.new; sync $f.new; mv $f.new $f",
        ["hidden temporary"] = "printf '%s' \"$c\" > .$f.x1; mv .$f.x1 $f",
        ["vim with backup"] = "mv $f $f~; printf '%s' \"$c\" > $f; rm $f~",
        ["vim itself"] = "printf '%s' \"$c\" > ../vim-input; vim -u NONE -N -n -es -c 'set backupcopy=no' -c '%d' -c 'r ../vim-input' -c 'wq' $f < /dev/null || true",
        ["vim, backup kept"] = "vim -u NONE -N -n -es -c 'set backup writebackup backupcopy=no backupext=~' -c \"call setline(1, '$c')\" -c 'wq' $f < /dev/null || true",
        ["unlink and create"] = "rm $f; printf '%s' \"$c\" > $f",
        ["unlink, pause, create"] = "rm $f; sleep 0.02; printf '%s' \"$c\" > $f",
        ["sed -i"] = "sed -i \"s/^.*$/$c/\" $f",
        ["perl -pi"] = "perl -pi -e \"s/^.*\\$/$c/\" $f",
        ["cp"] = "printf '%s' \"$c\" > ../source; cp ../source $f",
        ["install"] = "printf '%s' \"$c\" > ../source; install -m 644 ../source $f",
        ["mv across file systems"] = "printf '%s' \"$c\" > /dev/shm/$(basename $PWD).x; mv /dev/shm/$(basename $PWD).x $f",
        ["hard-link swap"] = "printf '%s' \"$c\" > ../source; ln ../source other; mv -f other $f; rm ../source",
        ["two renames"] = "printf '%s' \"$c\" > $f.new; mv $f $f.old; mv $f.new $f; rm $f.old",
        ["truncate, then write"] = ": > $f; printf '%s' \"$c\" > $f",
        ["JetBrains' safe write"] = "printf '%s' \"$c\" > ${f}___jb_tmp___; mv $f ${f}___jb_old___; mv ${f}___jb_tmp___ $f; rm ${f}___jb_old___",
        ["ln -sfn"] = "n=../v-$RANDOM$RANDOM; printf '%s' \"$c\" > $n; ln -sfn $n $f",
    };
}
