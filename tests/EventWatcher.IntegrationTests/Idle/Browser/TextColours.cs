namespace EventWatcher.IntegrationTests;

/// <summary>A text that is seen on a page, and how it stands out from its ground.</summary>
internal sealed record TextColours
{
    /// <summary>Looks at all texts that are seen, by the formulas of WCAG 2.</summary>
    public const string Script = """
        () => {
          const channels = colour => colour.match(/[\d.]+/g).map(Number);
          const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
          const groundOf = element => {
            for (let e = element; e; e = e.parentElement) {
              const c = channels(getComputedStyle(e).backgroundColor);
              if (c.length < 4 || c[3] > 0) return [e, luminance(c)];
            }
            throw new Error("There is no ground.");
          };
          const seen = [];
          const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
            if (!text || !element.checkVisibility()) continue;
            const [e, ground] = groundOf(element), own = luminance(channels(getComputedStyle(element).color));
            seen.push({
              text, groundLuminance: ground, isOnOwnGround: e !== document.body,
              contrast: (Math.max(own, ground) + .05) / (Math.min(own, ground) + .05),
            });
          }
          return seen;
        }
        """;

    public string Text { get; init; } = "";

    public double Contrast { get; init; }

    public double GroundLuminance { get; init; }

    /// <summary>True for the button, which is the page turned round.</summary>
    public bool IsOnOwnGround { get; init; }
}
