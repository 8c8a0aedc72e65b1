using Microsoft.Extensions.Options;

namespace EventWatcher.Store;

/// <summary>Asks for a directory only where the store is one of files.</summary>
internal sealed class HostedStoreOptionsValidator(EventStoreRegistry registry) : IValidateOptions<FileEventStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, FileEventStoreOptions options) => registry.FindStore(name) is null or { CreateStore: not null }
        ? ValidateOptionsResult.Skip
        : FileEventStoreOptionsValidator.Instance.Validate(name, options);
}
