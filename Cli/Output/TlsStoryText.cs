using System.Globalization;
using NicEmu.Traces.Tls;

namespace NicEmu.Cli.Output;

/// <summary>Tells a capture's TLS connections in words.</summary>
/// <param name="output">Receives the text.</param>
/// <param name="most">Application records of each direction to show before the rest is summed up.</param>
internal sealed class TlsStoryText(TextWriter output, int most)
{
    private const string Indent = "         ";

    private readonly HashSet<string> _derived = new(StringComparer.Ordinal);

    /// <summary>Writes the story.</summary>
    /// <param name="story">The story.</param>
    public void Write(TlsStory story)
    {
        foreach (string note in story.Notes)
        {
            output.WriteLine($"note: {note}");
        }

        foreach (TlsConnectionStory connection in story.Connections)
        {
            Write(connection);
        }
    }

    private void Write(TlsConnectionStory connection)
    {
        _derived.Clear();
        string place = connection.Interface.Length > 0 ? $", seen on {connection.Interface}" : string.Empty;
        output.WriteLine($"Connection {connection.Index}: {connection.Flow} (client > server){place}, frames {connection.Frames.First} to {connection.Frames.Last}");
        output.WriteLine($"  agreed   {string.Join(", ", connection.Agreement)}");
        output.WriteLine($"  secrets  {(connection.Secrets.Count > 0 ? string.Join(", ", connection.Secrets) : "none")}");
        foreach (string note in connection.Notes)
        {
            output.WriteLine($"  note     {note}");
        }

        output.WriteLine();
        var shown = new Dictionary<TlsSide, int>();
        var rest = new List<TlsRecordStory>();
        foreach (TlsRecordStory record in connection.Records)
        {
            bool isData = record.Messages.Count == 0 && record.OuterType == 23;
            // What went wrong is always shown.
            if (isData && !record.IsForged && shown.GetValueOrDefault(record.Side) >= most)
            {
                rest.Add(record);
                continue;
            }

            SumUp(rest);
            shown[record.Side] = shown.GetValueOrDefault(record.Side) + (isData ? 1 : 0);
            Write(record);
        }

        SumUp(rest);
        output.WriteLine();
    }

    private void Write(TlsRecordStory record)
    {
        string arrow = record.Side == TlsSide.Client ? "C -> S" : "S -> C";
        string key = record.Key is null ? "in the clear" : record.Number is { } number ? $"record {Text(number)} under {record.Key}" : $"protected under {record.Key} or what follows it";
        output.WriteLine($"{arrow}   {NameOf(record)}, {key}");
        output.WriteLine($"{Indent}place    stream offset {Text(record.Offset)}, TCP sequence 0x{record.TcpSequence:X8}, frame{(record.Frames.Count == 1 ? string.Empty : "s")} {Frames(record.Frames)}");
        output.WriteLine($"{Indent}length   {LengthOf(record)}");
        if (!record.Nonce.IsEmpty && record.Number is { } place)
        {
            WriteNonce(record, place);
        }

        if (record.Failure is not null)
        {
            output.WriteLine($"{Indent}closed   {record.Failure}");
        }

        foreach (TlsMessageStory message in record.Messages)
        {
            output.WriteLine($"{Indent}{message.Name}{(message.Type >= 0 ? $", {message.Length} bytes" : string.Empty)}");
            foreach (string fact in message.Facts)
            {
                output.WriteLine($"{Indent}  - {fact}");
            }
        }

        if (record.Messages.Count == 0 && record.IsReadable)
        {
            output.WriteLine($"{Indent}content  \"{Printable(record.Preview.Span)}\"{(record.ContentLength > record.Preview.Length ? " ..." : string.Empty)}");
        }

        foreach ((int frame, int start, int end) in record.Repeats)
        {
            output.WriteLine($"{Indent}again    frame {frame} repeats its bytes {start} to {end}");
        }

        foreach (string deed in record.Card)
        {
            output.WriteLine($"{Indent}card     {deed}");
        }
    }

    /// <summary>The derivation in full for the first record under each key, later only the result.</summary>
    private void WriteNonce(TlsRecordStory record, ulong number)
    {
        string nonce = Convert.ToHexStringLower(record.Nonce.Span);
        string iv = Convert.ToHexStringLower(record.Iv.Span);
        bool isFirst = _derived.Add(record.Side + record.Key);
        bool isExplicit = record.ExplicitNonceLength > 0;
        if (!isFirst)
        {
            output.WriteLine($"{Indent}nonce    {nonce}  ({(isExplicit ? "salt + explicit" : $"static IV XOR {Text(number)}")})");
            return;
        }

        string sum = isExplicit
            ? $"salt {iv} + explicit {nonce[iv.Length..]} from the record = {nonce}"
            : $"static IV {iv} XOR record number {Text(number)} = {nonce}";
        output.WriteLine($"{Indent}nonce    {sum}");
        string aad = Convert.ToHexStringLower(record.Aad.Span);
        output.WriteLine($"{Indent}aad      {aad}  ({(record.Aad.Length == 5 ? "the record header" : "record number, type, version, content length")})");
    }

    private void SumUp(List<TlsRecordStory> rest)
    {
        foreach (var group in rest.GroupBy(r => (r.Side, r.Key)))
        {
            TlsRecordStory[] records = [.. group];
            string arrow = group.Key.Side == TlsSide.Client ? "C -> S" : "S -> C";
            long content = records.Where(r => r.IsReadable).Sum(r => (long)r.ContentLength);
            long wire = records.Sum(r => (long)r.WireLength);
            int closed = records.Count(r => !r.IsReadable);
            string numbers = records[0].Number is { } first && records[^1].Number is { } last ? $", numbers {Text(first)} to {Text(last)} under {group.Key.Key}" : string.Empty;
            output.WriteLine($"{arrow}   {records.Length} more data record{(records.Length == 1 ? string.Empty : "s")}{numbers}: {Text(content)} bytes of content in {Text(wire)} on the wire{(closed > 0 ? $", {closed} closed" : string.Empty)}");
            WriteTrouble(records);
        }

        rest.Clear();
    }

    private void WriteTrouble(TlsRecordStory[] records)
    {
        int repeated = records.Count(r => r.Repeats.Count > 0);
        if (repeated > 0)
        {
            output.WriteLine($"{Indent}again    {repeated} of them were repeated in part or whole");
        }

        foreach (var deed in records.SelectMany(r => r.Card.Select(c => Kind(c))).GroupBy(c => c))
        {
            output.WriteLine($"{Indent}card     {deed.Count()} x {deed.Key}");
        }
    }

    /// <summary>A deed without its numbers.</summary>
    private static string Kind(string deed)
    {
        int as_ = deed.IndexOf(" as record", StringComparison.Ordinal);
        return as_ > 0 ? deed[..as_] : deed.Contains(" bytes of it again", StringComparison.Ordinal) ? "read again, for a retransmission" : deed;
    }

    private static string NameOf(TlsRecordStory record)
    {
        string outer = TypeName(record.OuterType);
        return record.ContentType == record.OuterType || !record.IsReadable ? outer : $"{outer} outside, {TypeName(record.ContentType)} inside";
    }

    private static string TypeName(byte type) => type switch { 20 => "change_cipher_spec", 21 => "alert", 22 => "handshake", 23 => "application_data", _ => $"content type {type}" };

    private static string LengthOf(TlsRecordStory record)
    {
        string wire = $"{Text(record.WireLength)} on the wire = header 5";
        if (record.Key is null)
        {
            return $"{wire} + {Text(record.WireLength - 5)}";
        }

        if (!record.IsReadable)
        {
            return $"{wire} + {Text(record.WireLength - 5)} protected{(record.ContentLength >= 0 ? $", so {(record.OuterType == 23 ? "at most " : string.Empty)}{Text(record.ContentLength)} of content" : string.Empty)}";
        }

        bool hasType = record.Aad.Length == 5;
        string explicitNonce = record.ExplicitNonceLength > 0 ? $" + explicit nonce {record.ExplicitNonceLength}" : string.Empty;
        string padding = record.Padding > 0 ? $" + padding {Text(record.Padding)}" : string.Empty;
        return $"{wire}{explicitNonce} + content {Text(record.ContentLength)}{(hasType ? " + type 1" : string.Empty)}{padding} + tag 16";
    }

    /// <summary>Frame numbers with runs joined, cut where there are many.</summary>
    private static string Frames(IReadOnlyList<int> frames)
    {
        var said = new List<string>();
        for (int i = 0; i < frames.Count && said.Count < 12;)
        {
            int end = i;
            while (end + 1 < frames.Count && frames[end + 1] == frames[end] + 1)
            {
                end++;
            }

            said.Add(end == i ? Text(frames[i]) : $"{Text(frames[i])}-{Text(frames[end])}");
            i = end + 1;
            if (said.Count == 12 && i < frames.Count)
            {
                said.Add($"and {frames.Count - i} more");
            }
        }

        return string.Join(", ", said);
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            text[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '.';
        }

        return text.ToString();
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
