namespace EventWatcher.Proxmox;

internal enum GuestKind
{
    Lxc = 0,
    Qemu,
}
