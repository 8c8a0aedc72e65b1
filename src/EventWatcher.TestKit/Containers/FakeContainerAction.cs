namespace EventWatcher.TestKit;

/// <summary>What a <see cref="FakeContainerProvider"/> was asked to do.</summary>
public enum FakeContainerAction
{
    /// <summary><see cref="IContainerProvider.ListAsync"/>.</summary>
    List = 0,

    /// <summary><see cref="IContainerProvider.GetStatusAsync"/>.</summary>
    GetStatus,

    /// <summary><see cref="IContainerProvider.StartAsync"/>.</summary>
    Start,

    /// <summary><see cref="IContainerProvider.StopAsync"/>.</summary>
    Stop,

    /// <summary><see cref="IContainerProvider.KillAsync"/>.</summary>
    Kill,

    /// <summary><see cref="IContainerProvider.PauseAsync"/>.</summary>
    Pause,

    /// <summary><see cref="IContainerProvider.UnpauseAsync"/>.</summary>
    Unpause,

    /// <summary><see cref="IContainerProvider.GetEndpointAsync"/>.</summary>
    GetEndpoint,
}
