using System.Globalization;
using System.Text;

namespace NicEmu.Traces.Tls;

/// <summary>Extensions of the hello messages, EncryptedExtensions, CertificateRequest and NewSessionTicket in words.</summary>
internal static class ExtensionWords
{
    /// <summary>Most members of a list that are named; hostile lists are long.</summary>
    private const int MostNamed = 64;

    /// <summary>Splits an extension block.</summary>
    /// <param name="block">The extensions, without the length before them.</param>
    /// <param name="handshakeType">Message that holds them: some extensions differ by message.</param>
    /// <param name="facts">Receives one statement for each.</param>
    /// <param name="agreed">Receives what the connection's story needs.</param>
    public static void Append(ReadOnlySpan<byte> block, int handshakeType, List<string> facts, HelloFacts agreed)
    {
        var cursor = new ByteCursor(block);
        int count = 0;
        while (!cursor.IsEmpty && !cursor.Failed && count++ < MostNamed)
        {
            ushort type = cursor.U16();
            ReadOnlySpan<byte> data = cursor.Vector16();
            if (!cursor.Failed)
            {
                string said = Say(type, data, handshakeType, agreed);
                facts.Add(TlsNames.Extension(type) + (said.Length > 0 ? ": " + said : data.IsEmpty ? ": present" : $": {data.Length} bytes"));
            }
        }

        if (cursor.Failed)
        {
            facts.Add("the extensions do not fit their length");
        }
    }

    private static string Say(ushort type, ReadOnlySpan<byte> data, int handshakeType, HelloFacts agreed)
    {
        var cursor = new ByteCursor(data);
        switch (type)
        {
            case 0 when !data.IsEmpty:
                return ServerName(cursor.Vector16(), agreed);
            case 10:
                return List(cursor.Vector16(), TlsNames.Group);
            case 13 or 50:
                return List(cursor.Vector16(), TlsNames.Signature);
            case 16:
                return Protocols(cursor.Vector16(), handshakeType, agreed);
            case 28 when data.Length == 2:
                return $"at most {cursor.U16()} bytes of plaintext a record";
            case 41 when handshakeType == 2:
                return $"the server took offer {cursor.U16()}";
            case 42 when handshakeType == 1:
                agreed.OffersEarlyData = true;
                return "the client sends data before the server answers";
            case 43 when handshakeType == 1:
                return List(cursor.Vector8(), TlsNames.Version);
            case 43 when handshakeType == 2:
                agreed.SelectedVersion = cursor.U16();
                return TlsNames.Version(agreed.SelectedVersion);
            case 45:
                return Modes(cursor.Vector8());
            case 51:
                return KeyShare(ref cursor, handshakeType, agreed);
            default:
                return string.Empty;
        }
    }

    private static string ServerName(ReadOnlySpan<byte> list, HelloFacts agreed)
    {
        var cursor = new ByteCursor(list);
        if (cursor.U8() != 0)
        {
            return string.Empty;
        }

        agreed.ServerName = TlsNames.Printable(cursor.Vector16(), 255);
        return agreed.ServerName + " (in the clear: everyone on the way sees it)";
    }

    private static string Protocols(ReadOnlySpan<byte> list, int handshakeType, HelloFacts agreed)
    {
        var cursor = new ByteCursor(list);
        var names = new List<string>();
        while (!cursor.IsEmpty && !cursor.Failed && names.Count < MostNamed)
        {
            names.Add(TlsNames.Printable(cursor.Vector8(), 64));
        }

        if (handshakeType != 1 && names.Count > 0)
        {
            agreed.Protocol = names[0];
        }

        return string.Join(", ", names);
    }

    private static string Modes(ReadOnlySpan<byte> modes)
    {
        var names = new List<string>();
        foreach (byte mode in modes[..Math.Min(modes.Length, MostNamed)])
        {
            names.Add(mode switch { 0 => "psk_ke", 1 => "psk_dhe_ke", _ => mode.ToString(CultureInfo.InvariantCulture) });
        }

        return string.Join(", ", names);
    }

    private static string KeyShare(ref ByteCursor cursor, int handshakeType, HelloFacts agreed)
    {
        if (handshakeType == 2)
        {
            agreed.Group = TlsNames.Group(cursor.U16());
            return cursor.IsEmpty ? agreed.Group + " asked for" : $"{agreed.Group}, {cursor.Vector16().Length} bytes";
        }

        var shares = new ByteCursor(cursor.Vector16());
        var names = new List<string>();
        while (!shares.IsEmpty && !shares.Failed && names.Count < MostNamed)
        {
            ushort group = shares.U16();
            names.Add($"{TlsNames.Group(group)} {shares.Vector16().Length} bytes");
        }

        return string.Join(", ", names);
    }

    private static string List(ReadOnlySpan<byte> list, Func<ushort, string> name)
    {
        var cursor = new ByteCursor(list);
        var text = new StringBuilder();
        int count = 0;
        while (cursor.Length >= 2 && count++ < MostNamed)
        {
            text.Append(text.Length > 0 ? ", " : string.Empty).Append(name(cursor.U16()));
        }

        return text.Append(cursor.Length >= 2 ? ", ..." : string.Empty).ToString();
    }
}
