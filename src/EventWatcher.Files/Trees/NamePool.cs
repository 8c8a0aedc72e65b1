namespace EventWatcher.Files;

/// <summary>The bytes of very many short names, without an object for each. Not thread-safe.</summary>
internal sealed class NamePool
{
    private const int ChunkBits = 16;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<byte[]> _chunks = [];
    private int _end;

    public int Length => _end;

    public int Add(ReadOnlySpan<byte> name)
    {
        if (_chunks.Count == 0 || (_end & (ChunkSize - 1)) + name.Length > ChunkSize || _end == _chunks.Count * ChunkSize)
        {
            _end = _chunks.Count * ChunkSize;
            _chunks.Add(new byte[ChunkSize]);
        }

        var offset = _end;
        name.CopyTo(_chunks[offset >> ChunkBits].AsSpan(offset & (ChunkSize - 1)));
        _end += name.Length;
        return offset;
    }

    public ReadOnlySpan<byte> Get(int offset, int length) =>
        _chunks[offset >> ChunkBits].AsSpan(offset & (ChunkSize - 1), length);
}
