namespace EventWatcher.Idle.AspNetCore;

/// <summary>Writes the page that browsers are shown while a container is being woken.</summary>
/// <remarks>
/// Status, <c>Retry-After</c>, <c>Cache-Control</c> and a strict <c>Content-Security-Policy</c> are set already; a renderer
/// may set others, and writes the body. Called for many requests at the same time.
/// </remarks>
public interface ILoadingPageRenderer
{
    /// <summary>Writes the page.</summary>
    /// <param name="context">The request, whose response the page is written to.</param>
    /// <param name="page">What is to be shown. Names come from whoever made the containers: escape them.</param>
    /// <returns>Completes when the page is written.</returns>
    Task RenderAsync(HttpContext context, LoadingPage page);
}
