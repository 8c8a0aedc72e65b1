using System.Text;
using EventWatcher.Store;

namespace DurableHandlers;

/// <summary>An event that is known again by its id: the id, a line break, and as many bytes as it takes.</summary>
internal static class ProducedEvent
{
    public const string ObjectType = "produced";
    public const int LeastBytes = 64;

    public static NewEvent Create(string id, int size)
    {
        var payload = new byte[size];
        var length = Encoding.UTF8.GetBytes(id + "\n", payload);
        payload.AsSpan(length).Fill((byte)'.');
        return NewEvent.FromPayload(StoreOperation.Create, ObjectType, payload);
    }

    /// <summary>Gets the id; of a watcher's event its words.</summary>
    public static string IdOf(StoredEvent item)
    {
        if (!string.Equals(item.ObjectType, ObjectType, StringComparison.Ordinal))
        {
            try
            {
                return item.ToEvent().ToString();
            }
            catch (EventDeserializationException)
            {
                return $"{item.Operation} {item.ObjectType}";
            }
        }

        var payload = item.Payload.Span;
        var end = payload.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? payload : payload[..end]);
    }
}
