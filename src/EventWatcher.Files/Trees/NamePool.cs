namespace EventWatcher.Files;

/// <summary>The bytes of very many short names, without an object for each. Not thread-safe.</summary>
internal sealed class NamePool
{
    private const int ChunkBits = 16;
    private const int ChunkSize = 1 << ChunkBits;

    private const int FirstSize = 64;

    private readonly List<byte[]> _chunks = [];
    private int _end;

    public int Length => _end;

    public int Add(ReadOnlySpan<byte> name)
    {
        if (_chunks.Count == 0 || (_end & (ChunkSize - 1)) + name.Length > ChunkSize || _end == _chunks.Count * ChunkSize)
        {
            _end = _chunks.Count * ChunkSize;
            _chunks.Add(new byte[_chunks.Count == 0 ? FirstSize : ChunkSize]);
        }

        if (_end + name.Length > _chunks[0].Length && _chunks.Count == 1)
        {
            // Most watchers know few names.
            var first = _chunks[0];
            Array.Resize(ref first, Math.Min(ChunkSize, Math.Max(_end + name.Length, first.Length * 2)));
            _chunks[0] = first;
        }

        var offset = _end;
        name.CopyTo(_chunks[offset >> ChunkBits].AsSpan(offset & (ChunkSize - 1)));
        _end += name.Length;
        return offset;
    }

    public ReadOnlySpan<byte> Get(int offset, int length) =>
        _chunks[offset >> ChunkBits].AsSpan(offset & (ChunkSize - 1), length);
}
