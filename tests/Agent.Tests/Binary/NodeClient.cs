using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agent.Tests.Binary;

/// <summary>A client of npm's, in tests/system/clients, run with node.</summary>
internal static class NodeClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it to its end; skips the test, and says so, where node or the packages are missing.</summary>
    /// <returns>What it says that it got.</returns>
    public static async Task<JsonNode> RunAsync(string script, Uri address, CancellationToken stop)
    {
        var folder = Repository.Path("tests/system/clients");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules")), "npm's clients are not installed: make packages installs them where npm is.");
        using var node = Start(folder, script, $"{address.GetLeftPart(UriPartial.Authority)}");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        enough.CancelAfter(Patience);
        try
        {
            var said = node.StandardOutput.ReadToEndAsync(enough.Token);
            var failed = await node.StandardError.ReadToEndAsync(enough.Token);
            await node.WaitForExitAsync(enough.Token);
            Assert.True(node.ExitCode == 0, failed);
            return JsonNode.Parse(await said)!;
        }
        finally
        {
            node.Kill();
        }
    }

    /// <summary>Every value of what it got is as in a JSON text.</summary>
    public static void Same(string expected, JsonNode got)
    {
        var shown = new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(shown), got.ToJsonString(shown));
    }

    private static Process Start(string folder, string script, string address)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("node", [script, address])
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is missing.");
            throw;
        }
    }
}
