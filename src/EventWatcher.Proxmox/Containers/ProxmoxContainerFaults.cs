using System.Diagnostics;

namespace EventWatcher.Proxmox;

/// <summary>Turns the cluster's exceptions into those of <see cref="IContainerProvider"/>.</summary>
internal static class ProxmoxContainerFaults
{
    /// <summary>The same for an action that changes the guest, and is traced under this name.</summary>
    public static async Task TranslateAsync(string name, ContainerId id, Func<Task> action)
    {
        using var activity = ProxmoxTelemetry.StartAction(name, id);
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            if (exception is ProxmoxException cause)
            {
                throw Of(id, cause);
            }

            throw;
        }
    }

    public static async Task<T> TranslateAsync<T>(ContainerId id, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (ProxmoxException exception)
        {
            throw Of(id, exception);
        }
    }

    private static ContainerException Of(ContainerId id, ProxmoxException exception) => exception switch
    {
        ProxmoxUnreachableException or ProxmoxNodeUnreachableException => new ContainerProviderUnreachableException(id, exception.Message, exception),
        ProxmoxNotFoundException when id != default => new ContainerNotFoundException(id, exception.Message, exception),
        ProxmoxAlreadyInStateException or ProxmoxLockedException => new ContainerConflictException(id, exception.Message, exception),
        _ => new ContainerOperationException(id, exception.Message, exception),
    };
}
