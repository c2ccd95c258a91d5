namespace Agent.Web.Page;

/// <summary>What keeps the page up to date.</summary>
internal static class PageScript
{
    /// <summary>Only what has changed is sent, and written anew.</summary>
    public const string Code = """
        (() => {
          const live = document.getElementById('live');
          const source = new EventSource('events');
          source.onmessage = event => {
            const parts = JSON.parse(event.data);
            for (const id in parts) document.getElementById(id).innerHTML = parts[id];
            live.textContent = 'Live';
          };
          source.onerror = () => { live.textContent = 'Not connected: these are the last figures'; };
        })();
        """;
}
