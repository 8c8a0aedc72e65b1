using System.Runtime.Versioning;

// Unix sockets, /proc and a Docker engine as a child process.
[assembly: SupportedOSPlatform("linux")]
