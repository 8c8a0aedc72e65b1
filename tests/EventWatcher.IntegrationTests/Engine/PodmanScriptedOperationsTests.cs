using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary><see cref="ScriptedOperationsTests"/> with Podman.</summary>
[Collection(PodmanEngineCollection.Name)]
public sealed class PodmanScriptedOperationsTests(PodmanEngineFixture fixture, ITestOutputHelper output) : ScriptedOperationsTests(fixture, output);
