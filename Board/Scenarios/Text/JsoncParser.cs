using System.Text;
using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>Reads JSON with comments and trailing commas, and keeps the place of every value.</summary>
internal ref struct JsoncParser
{
    private const int DeepestNesting = 16;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _file;
    private Utf8JsonReader _reader;

    private JsoncParser(ReadOnlySpan<byte> bytes, string file)
    {
        _bytes = bytes;
        _file = file;
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = DeepestNesting });
    }

    /// <summary>Reads a whole text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="ScenarioFormatException">It is no such text.</exception>
    public static JsoncValue Parse(string text, string file)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var parser = new JsoncParser(bytes, file);
        try
        {
            parser._reader.Read();
            JsoncValue root = parser.ReadValue();
            parser._reader.Read();
            return root;
        }
        catch (JsonException fault)
        {
            int line = (int)(fault.LineNumber ?? 0);
            throw new ScenarioFormatException(file, new TextPlace(line + 1, CharactersIn(bytes, line, (int)(fault.BytePositionInLine ?? 0)) + 1), Explain(fault.Message));
        }
    }

    // The library appends its own notion of the place.
    private static string Explain(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "this is not JSON: " + (end < 0 ? message : message[..end]);
    }

    private static int CharactersIn(ReadOnlySpan<byte> bytes, int line, int count)
    {
        for (; line > 0; line--)
        {
            bytes = bytes[(bytes.IndexOf((byte)'\n') + 1)..];
        }

        return Encoding.UTF8.GetCharCount(bytes[..Math.Min(count, bytes.Length)]);
    }

    private readonly TextPlace Place
    {
        get
        {
            ReadOnlySpan<byte> before = _bytes[..(int)_reader.TokenStartIndex];
            return new TextPlace(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
        }
    }

    private JsoncValue ReadValue()
    {
        TextPlace place = Place;
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(place);
            case JsonTokenType.StartArray:
                List<JsoncValue> items = [];
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue());
                }

                return new JsoncValue { Kind = JsoncKind.Array, Place = place, Items = items };
            case JsonTokenType.String:
                return new JsoncValue { Kind = JsoncKind.String, Place = place, Text = _reader.GetString()! };
            case JsonTokenType.Number:
                return new JsoncValue { Kind = JsoncKind.Number, Place = place, Text = Encoding.UTF8.GetString(_reader.ValueSpan) };
            case JsonTokenType.True or JsonTokenType.False:
                return new JsoncValue { Kind = JsoncKind.Boolean, Place = place, Flag = _reader.TokenType == JsonTokenType.True };
            default:
                return new JsoncValue { Kind = JsoncKind.Null, Place = place };
        }
    }

    private JsoncValue ReadObject(TextPlace place)
    {
        List<JsoncMember> members = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            string name = _reader.GetString()!;
            TextPlace at = Place;
            if (members.Exists(m => m.Name == name))
            {
                throw new ScenarioFormatException(_file, at, $"\"{name}\" stands here twice.");
            }

            _reader.Read();
            members.Add(new JsoncMember(name, at, ReadValue()));
        }

        return new JsoncValue { Kind = JsoncKind.Object, Place = place, Members = members };
    }
}
