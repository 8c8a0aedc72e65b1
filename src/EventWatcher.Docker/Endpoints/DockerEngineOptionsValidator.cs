using Microsoft.Extensions.Options;

namespace EventWatcher.Docker;

/// <summary>Checks everything at once that can be known without connecting.</summary>
internal sealed class DockerEngineOptionsValidator : IValidateOptions<DockerEngineOptions>
{
    private static readonly string[] Properties =
    [
        nameof(DockerEngineOptions.Endpoint) + " ", nameof(DockerEngineOptions.Timeout) + " ", nameof(DockerEngineOptions.ActionTimeout) + " ",
        nameof(DockerEngineOptions.SshConfigFile) + " ", nameof(DockerEngineOptions.Tls) + " ", nameof(DockerEngineOptions.Tls) + ".",
    ];

    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    private readonly DockerEnvironment _environment;

    /// <summary>Initializes the validator, for this process's environment.</summary>
    public DockerEngineOptionsValidator()
        : this(DockerEnvironment.Current)
    {
    }

    internal DockerEngineOptionsValidator(DockerEnvironment environment) => _environment = environment;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DockerEngineOptions options)
    {
        var (faults, _) = Check(options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Checks the options and finds the endpoint.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong; it has all that is.</exception>
    internal DockerEndpointResolution Resolve(DockerEngineOptions options)
    {
        var (faults, resolution) = Check(options);
        return faults.Count == 0
            ? resolution
            : throw new OptionsValidationException(nameof(DockerEngineOptions), typeof(DockerEngineOptions), faults);
    }

    /// <summary>The faults of properties begin with the type of the options, as everywhere; those of the environment with its own names.</summary>
    private (List<string> Faults, DockerEndpointResolution Resolution) Check(DockerEngineOptions options)
    {
        var (faults, resolution) = CheckProperties(options);
        return ([.. faults.Select(fault => Properties.Any(property => fault.StartsWith(property, StringComparison.Ordinal)) ? $"{options.GetType().Name}.{fault}" : fault)], resolution);
    }

    private (List<string> Faults, DockerEndpointResolution Resolution) CheckProperties(DockerEngineOptions options)
    {
        var faults = new List<string>();
        CheckTimeout(faults, nameof(options.Timeout), options.Timeout);
        CheckTimeout(faults, nameof(options.ActionTimeout), options.ActionTimeout);
        var resolution = DockerEndpointResolver.Resolve(options, _environment);
        if (resolution.Fault is { } fault)
        {
            faults.Add(fault);
        }

        if (options.Tls is { } tls)
        {
            CheckTls(faults, tls, options.Endpoint, resolution.Endpoint);
        }

        if (options.SshConfigFile is { } file)
        {
            CheckSsh(faults, file, resolution.Endpoint);
        }

        return (faults, resolution);
    }

    private static void CheckSsh(List<string> faults, string file, DockerEndpoint? endpoint)
    {
        if (string.IsNullOrWhiteSpace(file))
        {
            faults.Add($"SshConfigFile is \"{file}\"; allowed: a file's path, or null.");
        }

        if (endpoint is not null && endpoint.Kind != DockerEndpointKind.Ssh)
        {
            faults.Add($"SshConfigFile is set, but the endpoint is {endpoint.Name}; allowed: ssh:// with it.");
        }
    }

    private static void CheckTimeout(List<string> faults, string property, TimeSpan value)
    {
        if (value < MinTimeout || value > MaxTimeout)
        {
            faults.Add($"{property} is {value}; allowed: {MinTimeout} to {MaxTimeout}.");
        }
    }

    private static void CheckTls(List<string> faults, DockerTlsOptions tls, string? text, DockerEndpoint? endpoint)
    {
        if (tls.CertificateFile is null != tls.KeyFile is null)
        {
            faults.Add(
                $"Tls.CertificateFile is {Show(tls.CertificateFile)} and Tls.KeyFile is {Show(tls.KeyFile)}; allowed: both or neither.");
        }

        foreach (var (property, file) in new[]
        {
            ("CertificateAuthorityFile", tls.CertificateAuthorityFile), ("CertificateFile", tls.CertificateFile), ("KeyFile", tls.KeyFile),
        })
        {
            if (file is not null && string.IsNullOrWhiteSpace(file))
            {
                faults.Add($"Tls.{property} is \"{file}\"; allowed: a file's path, or null.");
            }
        }

        var isPlain = text?.TrimStart().StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true;
        if (endpoint is not null && (endpoint.Kind != DockerEndpointKind.Tcp || isPlain))
        {
            faults.Add($"Tls is set, but the endpoint is {(isPlain ? text : endpoint.Name)}; allowed: tcp:// and https:// with it.");
        }
    }

    private static string Show(string? file) => file is null ? "null" : $"\"{file}\"";
}
