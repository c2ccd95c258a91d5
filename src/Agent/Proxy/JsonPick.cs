using System.Text;

namespace Agent.Proxy;

/// <summary>A place in a JSON document whose value is wanted, or that leads to one.</summary>
internal sealed class JsonPick
{
    private readonly List<JsonPick> _children = [];
    private readonly byte[] _name;

    private JsonPick(string name) => _name = Encoding.UTF8.GetBytes(name);

    /// <summary>Where the value goes; -1 where only something below is wanted.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>Most bytes of a text that are kept, as written (escapes not undone); 0: only whether there is any.</summary>
    public int Keep { get; private set; }

    /// <summary>Slots in this tree; known at its root.</summary>
    public int Slots { get; private set; }

    public bool LeadsOn => _children.Count > 0;

    /// <summary>A tree of paths from the document's root. Arrays need no step of their own: each element counts as the value.</summary>
    public static JsonPick Tree(params (string Path, int Slot, int Keep)[] paths)
    {
        var root = new JsonPick("");
        foreach (var (path, slot, keep) in paths)
        {
            var node = root;
            foreach (var name in path.Split('.'))
            {
                var next = node._children.Find(child => child._name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(name)));
                if (next is null)
                {
                    next = new JsonPick(name);
                    node._children.Add(next);
                }

                node = next;
            }

            node.Slot = slot;
            node.Keep = keep;
            root.Slots = Math.Max(root.Slots, slot + 1);
        }

        return root;
    }

    /// <summary>The member of that name; null where nothing there is wanted.</summary>
    public JsonPick? Member(ReadOnlySpan<byte> name)
    {
        foreach (var child in _children)
        {
            if (JsonText.EqualFolded(name, child._name))
            {
                return child;
            }
        }

        return null;
    }
}
