namespace EventWatcher.Files.Tests;

/// <summary>Sets a value of the kernel, where this machine allows it, and puts the old one back.</summary>
internal sealed class SystemSetting : IDisposable
{
    private readonly string _path;
    private readonly string _before;

    public SystemSetting(string path, string value)
    {
        _path = path;
        _before = File.ReadAllText(path);
        try
        {
            File.WriteAllText(path, value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SkipException($"{path} can't be set here: {exception.Message}", exception);
        }
    }

    public void Dispose() => File.WriteAllText(_path, _before);
}
