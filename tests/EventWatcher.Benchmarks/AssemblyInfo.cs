using System.Runtime.Versioning;

// The commands that need a real engine, and their harness; the others run anywhere.
[assembly: SupportedOSPlatform("linux")]
