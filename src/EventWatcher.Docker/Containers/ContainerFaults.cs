namespace EventWatcher.Docker;

/// <summary>Turns the engine's exceptions into those of <see cref="IContainerProvider"/>.</summary>
internal static class ContainerFaults
{
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
