using System.Runtime.InteropServices;

namespace EventWatcher.Docker;

/// <summary>What a consumer has been told of a container, and by what filters know it when it is gone.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KnownContainer(string Name, ContainerStatus Status, EventAttributes Attributes);
