using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Agent.Simulation;

/// <summary>An answer of one of the simulated machine's HTTP servers.</summary>
internal sealed record HttpAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public static HttpAnswer Text(string text, string contentType = "text/plain; charset=utf-8") =>
        new(200, contentType, Encoding.UTF8.GetBytes(text));

    public static HttpAnswer Json(Action<Utf8JsonWriter> write, int status = 200)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            write(writer);
        }

        return new(status, "application/json; charset=utf-8", body.WrittenMemory);
    }
}
