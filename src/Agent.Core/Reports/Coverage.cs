using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>The share of Ollama's active energy whose tokens are counted, over the last five minutes.</summary>
public static class Coverage
{
    /// <summary>0 to 1; null where Ollama drew nothing.</summary>
    public static double? Of(Ledger ledger)
    {
        if (ledger.Checkpoints.IsEmpty)
        {
            return null;
        }

        var spent = new Spent(ledger.Checkpoints.Peek().Devices, ledger.Devices);
        var all = spent.Sum(account => IsOllamas(account.Category));
        var counted = spent.Sum(account => IsOllamas(account.Category)
            && account.Category != Category.Unmetered
            && account.Model is { } model
            && ledger.Models.GetValueOrDefault(model)?.Source is not (null or TokenSource.None));
        return all > Joules.Zero ? counted / all : null;
    }

    private static bool IsOllamas(Category category) => category
        is Category.Load or Category.Prompt or Category.Generation or Category.Embedding or Category.Unmetered;
}
