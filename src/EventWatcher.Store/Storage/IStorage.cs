namespace EventWatcher.Store;

/// <summary>The files of one store: the only way by which it touches the disk, so that a test can be a disk that fails.</summary>
internal interface IStorage
{
    /// <summary>Gets where the files are, for people.</summary>
    string Name { get; }

    /// <summary>Lists the names of all files.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file that is there.</summary>
    /// <exception cref="FileNotFoundException">It isn't.</exception>
    IStorageFile Open(string name, bool isWritable);

    /// <summary>Creates an empty file, in the place of one that is there.</summary>
    IStorageFile Create(string name);

    /// <summary>Gives a file another name, in the place of a file that has it. At once or not at all, but durable only after <see cref="FlushNames"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; durable only after <see cref="FlushNames"/>.</summary>
    void Delete(string name);

    /// <summary>Returns when what was created, renamed and deleted survives a power loss.</summary>
    void FlushNames();
}
