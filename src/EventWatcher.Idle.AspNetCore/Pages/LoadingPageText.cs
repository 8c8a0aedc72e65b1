namespace EventWatcher.Idle.AspNetCore;

/// <summary>The unchanging parts of the loading page.</summary>
internal static class LoadingPageText
{
    // Colours have a contrast of 4.5 or more with their ground, in light and dark. --p is how far the sun is up: 0 to 1.
    public const string Style = """

        :root { color-scheme: light dark; --p: .3; --back: #f8f6f2; --text: #20242d; --soft: #5c6270; --line: #dcd8d0; --mark: #a65500; --sun: #f0a032; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --back: #14171f; --text: #eceae4; --soft: #a3a8b4; --line: #333846; --mark: #f5b45c; --sun: #f5b45c; --bad: #ff9b91; } }
        * { box-sizing: border-box; margin: 0; padding: 0; }
        body { display: grid; place-items: center; min-height: 100vh; min-height: 100svh; padding: 2rem 1.5rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        main { width: 100%; max-width: 24rem; text-align: center; overflow-wrap: anywhere; }
        svg { display: block; width: 10rem; height: 5rem; margin: 0 auto 1.75rem; overflow: hidden; }
        .sun { fill: var(--sun); transform: translateY(calc((1 - var(--p)) * 34px)); transition: transform .4s linear; animation: glow 3s ease-in-out infinite; }
        .rays { stroke: var(--sun); opacity: calc(var(--p) * 2 - 1); transition: opacity .4s linear; }
        .land { stroke: var(--soft); }
        @keyframes glow { 50% { opacity: .72; } }
        h1 { font-size: 1.5rem; font-weight: 400; line-height: 1.3; text-wrap: balance; }
        h1 b { font-weight: 650; }
        #message { margin-top: .5rem; color: var(--soft); }
        progress { appearance: none; display: block; width: 100%; height: 4px; margin-top: 2rem; border: 0; border-radius: 2px; background: var(--line); overflow: hidden; }
        progress::-webkit-progress-bar { background: none; }
        progress::-webkit-progress-value { border-radius: 2px; background: var(--mark); transition: width .4s linear; }
        progress::-moz-progress-bar { border-radius: 2px; background: var(--mark); }
        progress:indeterminate { background: linear-gradient(90deg, var(--line) 30%, var(--mark) 50%, var(--line) 70%) 0 0 / 300% 100%; animation: sweep 2.4s linear infinite; }
        progress:indeterminate::-moz-progress-bar { background: none; }
        @keyframes sweep { from { background-position: 100% 0; } to { background-position: -50% 0; } }
        #time { min-height: 1.5em; margin-top: .75rem; color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
        ul { margin-top: 1.25rem; border-top: 1px solid var(--line); list-style: none; text-align: left; }
        li { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; padding: .55rem 0; border-bottom: 1px solid var(--line); }
        li b { font-weight: 500; }
        li span { flex: none; color: var(--soft); font-size: .875rem; }
        li.done span { color: var(--mark); }
        ul:not(:has(li + li)) { display: none; }
        .note { margin-top: 2rem; color: var(--soft); font-size: .875rem; }
        .retry { display: none; margin-top: 2rem; }
        .retry a { display: inline-block; padding: .7rem 1.75rem; border-radius: 2rem; background: var(--text); color: var(--back); font-weight: 600; text-decoration: none; }
        .retry a:hover { opacity: .85; }
        .retry a:focus-visible { outline: 3px solid var(--mark); outline-offset: 3px; }
        .failed .retry { display: block; }
        .failed .progress, .failed .note { display: none; }
        .failed #message { color: var(--bad); }
        .failed .sun { fill: var(--soft); transform: translateY(22px); animation: none; }
        .failed .rays { opacity: 0; }
        @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } progress:indeterminate { background: var(--line); } }
        @media (forced-colors: active) { progress { appearance: auto; } .retry a { border: 1px solid; } }

        """;

    public const string Dawn = """
        <svg viewBox="0 0 128 64" fill="none" stroke-width="2.5" stroke-linecap="round" aria-hidden="true">
        <clipPath id="sky"><path d="M0 0h128v54H0z"/></clipPath>
        <g clip-path="url(#sky)"><g class="sun"><circle cx="64" cy="40" r="15"/><path class="rays" d="M64 18v-7M51.1 22.2l-4.1-5.7M76.9 22.2l4.1-5.7M43.1 33.2l-6.7-2.2M84.9 33.2l6.7-2.2"/></g></g>
        <path class="land" d="M10 55.5h108"/>
        </svg>

        """;

    // Names come as text and stay text: nothing is ever put in as HTML.
    public const string Script = """

        (() => {
          "use strict";
          const data = document.body.dataset, at = id => document.getElementById(id);
          const began = performance.now() - Number(data.elapsed), expected = Number(data.expected), refresh = Number(data.refresh);
          const bar = at("bar"), time = at("time"), steps = at("steps"), message = at("message");
          const reload = () => location.reload();
          const seconds = ms => Math.max(0, Math.round(ms / 1000)) + " s";
          const rise = part => { bar.value = part; document.documentElement.style.setProperty("--p", part); };
          const tick = () => {
            const elapsed = performance.now() - began;
            if (expected > 0) { const x = elapsed / expected; rise(1 - 1 / (1 + 2 * x + 2 * x * x)); }
            time.textContent = seconds(elapsed) + (!(expected > 0) ? "" : elapsed > 1.5 * expected ? ", longer than usual" : " of about " + seconds(Math.max(1000, expected)));
          };
          const clock = setInterval(tick, 250);
          const step = (name, isDone) => {
            const last = steps.lastElementChild, items = [...steps.children];
            let item = items.find(li => li.firstChild.textContent === name);
            if (!item) {
              item = last.cloneNode(true);
              item.firstChild.textContent = name;
              steps.insertBefore(item, last);
            }
            item.className = isDone ? "done" : "";
            for (const li of steps.children)
              li.lastChild.textContent = li.className ? "ready" : li === last && steps.querySelectorAll("li:not(.done)").length > 1 ? "next" : "starting";
          };
          const fail = text => {
            clearInterval(clock);
            document.body.className = "failed";
            at("title").firstChild.textContent = "Could not start ";
            document.title = "Could not start " + data.container;
            message.textContent = text;
          };
          tick();
          if (!data.events || !window.EventSource) { setTimeout(reload, refresh); return; }
          const source = new EventSource(data.events);
          source.onmessage = e => {
            const item = JSON.parse(e.data);
            switch (item.type) {
              case "waking-dependency": step(item.dependency, false); message.textContent = item.message; break;
              case "dependency-ready": step(item.dependency, true); message.textContent = item.message; break;
              case "starting": case "container-woke": case "waiting-ready": message.textContent = item.message; break;
              case "ready": source.close(); clearInterval(clock); step(data.container, true); rise(1); message.textContent = item.message; reload(); break;
              case "error": source.close(); fail(item.error); break;
            }
          };
          source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(reload, refresh); };
        })();

        """;
}
