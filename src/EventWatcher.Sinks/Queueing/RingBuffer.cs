namespace EventWatcher.Sinks;

/// <summary>First in, first out. Grows as needed; gives a burst's memory back when it is empty. Not thread-safe.</summary>
internal sealed class RingBuffer<T>
{
    private const int SmallLength = 16;
    private const int LargeLength = 1024;

    private T[] _items = [];
    private int _head;

    public int Count { get; private set; }

    public ref T this[int index] => ref _items[(_head + index) & (_items.Length - 1)];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[(_head + Count) & (_items.Length - 1)] = item;
        Count++;
    }

    public T Take()
    {
        ref var slot = ref _items[_head];
        var item = slot;
        slot = default!;
        _head = (_head + 1) & (_items.Length - 1);
        if (--Count == 0 && _items.Length > LargeLength)
        {
            _items = [];
            _head = 0;
        }

        return item;
    }

    /// <summary>Takes one out of the middle: the few in front of it move up.</summary>
    public T RemoveAt(int index)
    {
        var item = this[index];
        for (; index > 0; index--)
        {
            this[index] = this[index - 1];
        }

        _ = Take();
        return item;
    }

    private void Grow()
    {
        var items = new T[Math.Max(SmallLength, _items.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            items[i] = this[i];
        }

        _items = items;
        _head = 0;
    }
}
