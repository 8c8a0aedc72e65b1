namespace EventWatcher.Idle.AspNetCore;

/// <summary>The unchanging parts of the loading page.</summary>
internal static class LoadingPageText
{
    public const string Style = """

        :root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1c2430; --soft: #5d6878; --line: #dde2e9; --mark: #2f6fed; --bad: #c02f3b; --good: #22864a; }
        @media (prefers-color-scheme: dark) { :root { --back: #12161c; --card: #1b212a; --text: #e8ecf2; --soft: #9aa6b6; --line: #313a47; --mark: #6c9dff; --bad: #ff7b84; --good: #58c583; } }
        * { box-sizing: border-box; margin: 0; }
        html, body { min-height: 100%; }
        body { display: grid; place-items: center; min-height: 100vh; padding: 1.25rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        main { width: 100%; max-width: 27rem; padding: 2.25rem 2rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); text-align: center; overflow-wrap: anywhere; }
        h1 { font-size: 1.35rem; font-weight: 500; line-height: 1.3; }
        h1 b { font-weight: 700; }
        #message { margin-top: .5rem; color: var(--soft); }
        .mark { display: flex; justify-content: center; gap: .45rem; height: 1rem; margin-bottom: 1.25rem; }
        .mark i { width: .6rem; height: .6rem; border-radius: 50%; background: var(--mark); animation: breathe 1.4s ease-in-out infinite; }
        .mark i:nth-child(2) { animation-delay: .2s; }
        .mark i:nth-child(3) { animation-delay: .4s; }
        @keyframes breathe { 0%, 80%, 100% { opacity: .25; } 40% { opacity: 1; } }
        progress { appearance: none; width: 100%; height: .4rem; margin-top: 1.5rem; border: 0; border-radius: .2rem; background: var(--line); overflow: hidden; accent-color: var(--mark); }
        progress::-webkit-progress-bar { background: var(--line); }
        progress::-webkit-progress-value { background: var(--mark); transition: width .3s; }
        progress::-moz-progress-bar { background: var(--mark); }
        ul { margin-top: 1.25rem; padding: 0; list-style: none; text-align: left; }
        li { display: flex; gap: .6rem; padding: .15rem 0; color: var(--soft); }
        li::before { content: "\25CB"; color: var(--soft); }
        li.done { color: var(--text); }
        li.done::before { content: "\2713"; color: var(--good); }
        li.failed::before { content: "\2717"; color: var(--bad); }
        #time { min-height: 1.5em; margin-top: .75rem; color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
        .retry { display: none; margin-top: 1.5rem; }
        .retry a { display: inline-block; padding: .6rem 1.4rem; border-radius: .5rem; background: var(--mark); color: var(--card); font-weight: 600; text-decoration: none; }
        .failed .retry { display: block; }
        .failed .mark i { background: var(--bad); animation: none; }
        .failed #message { color: var(--bad); }
        .failed .progress { display: none; }
        @media (max-width: 30rem) { main { padding: 1.75rem 1.25rem; } }
        @media (prefers-reduced-motion: reduce) { .mark i { animation: none; } progress::-webkit-progress-value { transition: none; } }

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
          const tick = () => {
            const elapsed = performance.now() - began;
            if (expected > 0) { bar.max = 1; bar.value = 1 - Math.exp(-1.8 * elapsed / expected); }
            time.textContent = seconds(elapsed) + (expected > 0 ? " of about " + seconds(Math.max(1000, expected)) : "");
          };
          const clock = setInterval(tick, 250);
          const step = (name, kind) => {
            let item = [...steps.children].find(li => li.textContent === name);
            if (!item) { item = document.createElement("li"); item.textContent = name; steps.insertBefore(item, steps.lastElementChild); }
            item.className = kind;
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
              case "waking-dependency": step(item.dependency, "pending"); message.textContent = item.message; break;
              case "dependency-ready": step(item.dependency, "done"); message.textContent = item.message; break;
              case "starting": case "container-woke": case "waiting-ready": message.textContent = item.message; break;
              case "ready": source.close(); step(data.container, "done"); if (bar.max) { bar.max = 1; bar.value = 1; } reload(); break;
              case "error": source.close(); fail(item.error); break;
            }
          };
          source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(reload, refresh); };
        })();

        """;
}
