using System.Text.Json.Serialization;

namespace EventWatcher.TestKit;

[JsonSerializable(typeof(StoreItem))]
internal sealed partial class StoreItemJsonContext : JsonSerializerContext;
