using System.Runtime.InteropServices;

// The kernel's calls are those of the system's own library, wherever this assembly lies.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
