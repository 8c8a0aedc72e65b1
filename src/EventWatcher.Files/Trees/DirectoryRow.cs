using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>A directory of a tree in 32 bytes; see <see cref="DirectoryTable"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct DirectoryRow
{
    public int Parent;
    public int FirstChild;
    public int Next;
    public int Previous;
    public int HashNext;
    public int Watch;
    public int NameOffset;
    public byte NameLength;
    public DirectoryMarks Marks;
    public ushort Generation;
}
