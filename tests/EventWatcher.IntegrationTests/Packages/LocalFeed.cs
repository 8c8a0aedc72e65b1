using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EventWatcher.IntegrationTests.Packages;

/// <summary>
/// The packages as they would be published, in a folder; and a place beside it where fresh applications find them there,
/// and all others where this machine always finds them.
/// </summary>
public sealed class LocalFeed : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ew-feed-");

    /// <summary>Gets the version of all packages. No other run has it, so that none of another run is taken.</summary>
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    /// <summary>Gets the folder of the packages.</summary>
    public string Feed => Path.Combine(_folder.FullName, "feed");

    public static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));


    public async Task InitializeAsync()
    {
        // Packs what was built for these tests.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var project = Path.Combine(_folder.FullName, "pack.proj");
        await File.WriteAllTextAsync(project, $"""
            <Project>
              <ItemGroup><Library Include="{Root()}/src/*/*.csproj" /></ItemGroup>
              <Target Name="Pack">
                <MSBuild Projects="@(Library)" Targets="Pack" BuildInParallel="true"
                         Properties="NoBuild=true;Configuration={configuration};PackageVersion={Version};PackageOutputPath={Feed}" />
              </Target>
            </Project>
            """);
        await RunAsync(_folder.FullName, "msbuild", project, "-maxCpuCount:2", "-verbosity:minimal", "-warnAsError");

        // What this machine has restored already is taken from there, and nothing is left there.
        var known = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "nuget.config"), $"""
            <configuration>
              <packageSources><add key="under-test" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><add key="restored-already" value="{known}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Makes the folder of a fresh application, which references these packages by name.</summary>
    /// <param name="name">The folder's name, and the assembly's.</param>
    /// <param name="sdk">The project's SDK.</param>
    /// <param name="packages">EventWatcher's packages; others with their version after a slash.</param>
    /// <returns>The folder.</returns>
    public async Task<string> CreateAsync(string name, string sdk, params string[] packages)
    {
        var folder = _folder.CreateSubdirectory(name).FullName;
        var references = packages.Select(package => package.Split('/') is [var id, var version]
            ? $"""    <PackageReference Include="{id}" Version="{version}" />"""
            : $"""    <PackageReference Include="{package}" Version="{Version}" />""");
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
            {string.Join('\n', references)}
              </ItemGroup>
            </Project>
            """);
        return folder;
    }

    /// <summary>Runs the SDK in a folder, and fails with all it says where that fails.</summary>
    public async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "packages");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        var said = await output + await errors;
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{said}");
        return said;
    }
}
