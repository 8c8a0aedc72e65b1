namespace EventWatcher.Idle.AspNetCore;

/// <summary>Tells a browser that goes to a page from everything else.</summary>
internal static class Navigation
{
    /// <summary>Says whether a request navigates.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="headers">Its headers.</param>
    public static bool Is(string method, IHeaderDictionary headers)
    {
        if (!HttpMethods.IsGet(method))
        {
            return false;
        }

        // Where a browser says what it does, that alone counts: scripts name text/html in what they fetch, too.
        var mode = headers["Sec-Fetch-Mode"];
        if (mode.Count > 0)
        {
            return string.Equals(mode[0], "navigate", StringComparison.OrdinalIgnoreCase);
        }

        foreach (var accept in headers.Accept)
        {
            if (NamesHtml(accept))
            {
                return true;
            }
        }

        return false;
    }

    private static bool NamesHtml(ReadOnlySpan<char> accept)
    {
        foreach (var range in accept.Split(','))
        {
            var item = accept[range];
            var end = item.IndexOf(';');
            if ((end < 0 ? item : item[..end]).Trim().Equals("text/html", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
