using System.Diagnostics;

namespace EventWatcher.Docker;

/// <summary>Turns the engine's exceptions into those of <see cref="IContainerProvider"/>.</summary>
internal static class ContainerFaults
{
    /// <summary>The same for an action that changes the container, and is traced under this name.</summary>
    internal static async Task TranslateAsync(string name, ContainerId id, Func<Task> action)
    {
        using var activity = DockerTelemetry.StartAction(name, id);
        try
        {
            await TranslateAsync(id, action).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    internal static async Task TranslateAsync(ContainerId id, Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (DockerEngineException exception)
        {
            throw Of(id, exception);
        }
    }

    internal static async Task<T> TranslateAsync<T>(ContainerId id, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (DockerEngineException exception)
        {
            throw Of(id, exception);
        }
    }

    internal static ContainerException Of(ContainerId id, DockerEngineException exception) => exception switch
    {
        DockerUnreachableException => new ContainerProviderUnreachableException(id, exception.Message, exception),
        DockerNotFoundException when id != default => new ContainerNotFoundException(id, exception.Message, exception),
        DockerConflictException => new ContainerConflictException(id, exception.Message, exception),
        _ => new ContainerOperationException(id, exception.Message, exception),
    };
}
