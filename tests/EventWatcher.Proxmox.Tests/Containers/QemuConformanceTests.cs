namespace EventWatcher.Proxmox.Tests;

public sealed class QemuConformanceTests() : FakeProviderConformanceTests("qemu");
