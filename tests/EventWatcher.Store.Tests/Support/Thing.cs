using System.Text.Json.Serialization;

namespace EventWatcher.Store.Tests;

public sealed record Thing(int Number);

[JsonSerializable(typeof(Thing))]
public sealed partial class ThingJsonContext : JsonSerializerContext;
