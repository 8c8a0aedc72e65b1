namespace EventWatcher.Proxmox.Tests;

public sealed class LxcConformanceTests() : FakeProviderConformanceTests("lxc");
