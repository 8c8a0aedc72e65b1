using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>What is read of the API's answers, without reflection.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(LenientNumberConverter), typeof(LenientTextConverter)])]
[JsonSerializable(typeof(ProxmoxErrorReply))]
[JsonSerializable(typeof(ProxmoxReply<string>), TypeInfoPropertyName = "Text")]
[JsonSerializable(typeof(ProxmoxReply<ProxmoxLogin>), TypeInfoPropertyName = "Login")]
[JsonSerializable(typeof(ProxmoxReply<IReadOnlyList<ProxmoxResource>>), TypeInfoPropertyName = "Resources")]
[JsonSerializable(typeof(ProxmoxReply<IReadOnlyList<ProxmoxTaskEntry>>), TypeInfoPropertyName = "Tasks")]
[JsonSerializable(typeof(ProxmoxReply<ProxmoxTaskStatus>), TypeInfoPropertyName = "TaskStatus")]
[JsonSerializable(typeof(ProxmoxReply<ProxmoxGuestStatus>), TypeInfoPropertyName = "GuestStatus")]
[JsonSerializable(typeof(ProxmoxReply<IReadOnlyList<ProxmoxGuestStatus>>), TypeInfoPropertyName = "GuestStatuses")]
[JsonSerializable(typeof(ProxmoxReply<IReadOnlyList<ProxmoxInterface>>), TypeInfoPropertyName = "Interfaces")]
[JsonSerializable(typeof(ProxmoxReply<ProxmoxAgentInterfaces>), TypeInfoPropertyName = "AgentInterfaces")]
[JsonSerializable(typeof(ProxmoxReply<IReadOnlyList<ProxmoxClusterMember>>), TypeInfoPropertyName = "ClusterMembers")]
[JsonSerializable(typeof(ProxmoxReply<Dictionary<string, Dictionary<string, long?>>>), TypeInfoPropertyName = "Permissions")]
[JsonSerializable(typeof(ProxmoxReply<Dictionary<string, JsonElement>>), TypeInfoPropertyName = "Configuration")]
internal sealed partial class ProxmoxJson : JsonSerializerContext;
