namespace EventWatcher.Idle.AspNetCore;

/// <summary>Why a request is not served, as strangers may know it: nothing of the runtime's own words.</summary>
/// <param name="Status">The status.</param>
/// <param name="Reason">The reason as a word.</param>
/// <param name="Detail">The reason as a sentence.</param>
internal sealed record HttpRefusal(int Status, string Reason, string Detail)
{
    public static HttpRefusal StartEndpoint { get; } = new(
        StatusCodes.Status403Forbidden, "start-endpoint", "The application sleeps, and this path does not wake it.");

    public static HttpRefusal Unknown { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "not-managed", "The application is not known yet, or no longer.");

    public static HttpRefusal Dormant { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "dormant", "The application sleeps, and this kind of request does not wake it.");

    public static HttpRefusal BadGateway { get; } = new(
        StatusCodes.Status502BadGateway, "bad-gateway", "The application did not answer.");

    public static HttpRefusal TooManyUpgraded { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "too-many-upgraded", "Too many connections have gone over to other protocols already.");

    public static HttpRefusal NoTunnel { get; } = new(
        StatusCodes.Status405MethodNotAllowed, "no-tunnel", "No tunnel leads through here.");

    public static HttpRefusal TooLarge { get; } = new(
        StatusCodes.Status413PayloadTooLarge, "too-large", "The request's body is larger than is allowed here.");

    public static HttpRefusal BadRequest { get; } = new(
        StatusCodes.Status400BadRequest, "bad-request", "The request's body could not be read.");

    public static HttpRefusal TooManyBytes { get; } = Of(IdleRefusalReason.TooManyWaiting);

    public static HttpRefusal ShuttingDown { get; } = Of(IdleRefusalReason.ShuttingDown);

    public static HttpRefusal NotReadyYet { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "starting", "The application is being started.");

    public static HttpRefusal TooManyReaders { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "too-many-readers", "Too many follow this application's progress already.");

    private static HttpRefusal EngineUnreachable { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "engine-unreachable", "What runs the application can't be reached.");

    /// <summary>Returns what is told of a refusal.</summary>
    public static HttpRefusal Of(IdleRefusal refusal) =>
        refusal.Cause is ContainerProviderUnreachableException ? EngineUnreachable : Of(refusal.Reason);

    internal static HttpRefusal Of(IdleRefusalReason reason) => reason switch
    {
        IdleRefusalReason.StartFailed => new(StatusCodes.Status502BadGateway, "start-failed", "The application could not be started."),
        IdleRefusalReason.DependencyFailed => new(
            StatusCodes.Status502BadGateway, "dependency-failed", "Something that the application needs could not be started."),
        IdleRefusalReason.NotFound => new(StatusCodes.Status502BadGateway, "not-found", "The application is not there."),
        IdleRefusalReason.EndedEarly => new(StatusCodes.Status502BadGateway, "ended-early", "The application ended before it was ready."),
        IdleRefusalReason.NotReadyInTime => new(StatusCodes.Status504GatewayTimeout, "not-ready-in-time", "The application was not ready in time."),
        IdleRefusalReason.TooManyWaiting => new(StatusCodes.Status503ServiceUnavailable, "too-many-waiting", "Too many wait for the application already."),
        _ => new(StatusCodes.Status503ServiceUnavailable, "shutting-down", "The application is no longer served from here."),
    };
}
