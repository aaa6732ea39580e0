using System.Globalization;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces;

/// <summary>Recursive descent over the expression of a <see cref="TraceFilter"/>.</summary>
internal sealed class TraceFilterParser
{
    private const int MaxDepth = 64;
    private const string Members = "kind, interface, register, device, queue, handle, record, seq, address, time";

    private static readonly (string Suffix, decimal Picoseconds)[] TimeUnits =
        [("ps", 1m), ("ns", 1_000m), ("us", 1_000_000m), ("ms", 1_000_000_000m), ("s", 1_000_000_000_000m)];

    private readonly string _text;
    private readonly RegisterNames _names;
    private int _at;
    private int _column;
    private string _token = string.Empty;
    private int _depth;

    public TraceFilterParser(string text, RegisterNames names)
    {
        _text = text;
        _names = names;
        Next();
    }

    private delegate bool Getter(in TraceEvent e, out ulong value);

    public EventPredicate Parse()
    {
        EventPredicate whole = Or();
        return _token.Length == 0 ? whole : throw Error($"\"{_token}\" is not expected here; join comparisons with and, or");
    }

    private EventPredicate Or()
    {
        EventPredicate left = And();
        while (TakeWord("or"))
        {
            EventPredicate a = left;
            EventPredicate b = And();
            left = (in TraceEvent e) => a(e) || b(e);
        }

        return left;
    }

    private EventPredicate And()
    {
        EventPredicate left = Unary();
        while (TakeWord("and"))
        {
            EventPredicate a = left;
            EventPredicate b = Unary();
            left = (in TraceEvent e) => a(e) && b(e);
        }

        return left;
    }

    private EventPredicate Unary()
    {
        if (++_depth > MaxDepth)
        {
            throw Error("the expression is nested too deeply");
        }

        EventPredicate result;
        if (TakeWord("not"))
        {
            EventPredicate inner = Unary();
            result = (in TraceEvent e) => !inner(e);
        }
        else if (TakeWord("("))
        {
            result = Or();
            if (!TakeWord(")"))
            {
                throw Error("a closing parenthesis is missing");
            }
        }
        else
        {
            result = Comparison();
        }

        _depth--;
        return result;
    }

    private EventPredicate Comparison()
    {
        string member = _token;
        int memberColumn = _column;
        Next();
        if (member.Length == 0 || !char.IsAsciiLetter(member[0]))
        {
            throw new TraceFilterException(memberColumn, member.Length == 0 ? "a comparison is missing at the end" : $"\"{member}\" is not a member ({Members})");
        }

        string operation = _token;
        int operationColumn = _column;
        if (operation is not ("=" or "!=" or "<" or "<=" or ">" or ">="))
        {
            throw Error($"after \"{member}\" one of = != < <= > >= is expected");
        }

        Next();
        string value = _token;
        int valueColumn = _column;
        if (value.Length == 0 || !(char.IsAsciiLetterOrDigit(value[0]) || value[0] == '_'))
        {
            throw Error($"after \"{member}{operation}\" a value is expected");
        }

        Next();
        if (operation is not ("=" or "!=") && member is "kind" or "interface" or "register")
        {
            throw new TraceFilterException(operationColumn, $"\"{member}\" takes = and != only");
        }

        return member switch
        {
            "kind" => Equality(operation, Kind(value, valueColumn)),
            "interface" => Equality(operation, Interface(value)),
            "register" => Register(operation, value),
            "device" => Number(operation, Unsigned(value, valueColumn), static (in TraceEvent e, out ulong v) => Given((ulong)e.Device, out v)),
            "queue" => Number(operation, Unsigned(value, valueColumn), Queue),
            "handle" => Number(operation, Unsigned(value, valueColumn), static (in TraceEvent e, out ulong v) => Given(e.Handle, out v) && e.Handle != 0),
            "record" => Number(operation, Unsigned(value, valueColumn), static (in TraceEvent e, out ulong v) => Given(e.RecordNumber, out v) && IsTls(e)),
            "address" => Number(operation, Unsigned(value, valueColumn), static (in TraceEvent e, out ulong v) => Given(e.Address, out v) && HasAddress(e.Kind)),
            "seq" => Sequence(operation, Sequence(value, valueColumn)),
            "time" => Time(operation, TimeOf(value, valueColumn)),
            _ => throw new TraceFilterException(memberColumn, $"\"{member}\" is not a member ({Members})"),
        };
    }

    private static EventPredicate Equality(string operation, EventPredicate equal) =>
        operation == "=" ? equal : (in TraceEvent e) => !equal(e);

    private static EventPredicate Kind(string value, int column)
    {
        foreach (TraceEventKind kind in Enum.GetValues<TraceEventKind>())
        {
            if (string.Equals(kind.ToString(), value, StringComparison.OrdinalIgnoreCase))
            {
                return (in TraceEvent e) => e.Kind == kind;
            }
        }

        throw new TraceFilterException(column, $"no event kind is called \"{value}\"");
    }

    private static EventPredicate Interface(string value)
    {
        int dash = value.IndexOf('-', StringComparison.Ordinal);
        string port = value[(dash + 1)..];
        string device = dash < 0 ? string.Empty : value[..dash];
        return (in TraceEvent e) => TracePort.Of(e.Kind) == port
            && (device.Length == 0 || (device.StartsWith("nic", StringComparison.Ordinal) && int.TryParse(device.AsSpan(3), out int number) && number == e.Device));
    }

    // DB0_TX_TAIL is one queue's register, DB_TX_TAIL every queue's.
    private static bool IsNamed(in RegisterLocation at, string name) =>
        string.Equals(RegisterNames.NameOf(at.Block, at.Instance, at.Register.Name), name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(at.Register.Name, name, StringComparison.OrdinalIgnoreCase);

    private EventPredicate Register(string operation, string value)
    {
        bool wanted = operation == "=";
        return (in TraceEvent e) => e.Kind is TraceEventKind.MmioRead or TraceEventKind.MmioWrite
            && _names.TryFind(e.Index, e.Address, out RegisterLocation at)
            && IsNamed(at, value) == wanted;
    }

    private static EventPredicate Number(string operation, ulong wanted, Getter get) =>
        (in TraceEvent e) => get(e, out ulong value) && Holds(operation, value.CompareTo(wanted));

    private static EventPredicate Sequence(string operation, uint wanted) =>
        (in TraceEvent e) => IsTls(e) && e.Kind != TraceEventKind.RecordPlaintext && Holds(operation, TcpSequence.Distance(wanted, e.TcpSequence));

    private static EventPredicate Time(string operation, long wantedPs) => (in TraceEvent e) => Holds(operation, e.TimePs.CompareTo(wantedPs));

    private static bool Holds(string operation, int comparison) => operation switch
    {
        "=" => comparison == 0,
        "!=" => comparison != 0,
        "<" => comparison < 0,
        "<=" => comparison <= 0,
        ">" => comparison > 0,
        _ => comparison >= 0,
    };

    private bool Queue(in TraceEvent e, out ulong queue)
    {
        queue = (ulong)e.Index;
        if (e.Kind is TraceEventKind.MmioRead or TraceEventKind.MmioWrite)
        {
            bool found = _names.TryFind(e.Index, e.Address, out RegisterLocation at) && at.Block.Count == NativeDevice.QueuePairs;
            queue = (ulong)at.Instance;
            return found;
        }

        return e.Kind is TraceEventKind.HostFrameSent or TraceEventKind.HostFrameReceived or TraceEventKind.Completion;
    }

    private static bool Given(ulong member, out ulong value)
    {
        value = member;
        return true;
    }

    private static bool IsTls(in TraceEvent e) => e.Handle != 0 && e.Kind is TraceEventKind.FrameSent or TraceEventKind.ContextInstalled or TraceEventKind.RecordProtected
        or TraceEventKind.RecordOpened or TraceEventKind.ResyncStep or TraceEventKind.RecordPlaintext;

    private static bool HasAddress(TraceEventKind kind) => kind is >= TraceEventKind.ConfigRead and <= TraceEventKind.InterruptRaised or TraceEventKind.GuestError;

    private static ulong Unsigned(string value, int column) =>
        (value.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number)
            : ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        ? number
        : throw new TraceFilterException(column, $"\"{value}\" is no number");

    private static uint Sequence(string value, int column) => Unsigned(value, column) is <= uint.MaxValue and ulong number
        ? (uint)number
        : throw new TraceFilterException(column, $"\"{value}\" is no 32-bit sequence number");

    private static long TimeOf(string value, int column)
    {
        foreach ((string suffix, decimal unit) in TimeUnits)
        {
            if (value.EndsWith(suffix, StringComparison.Ordinal)
                && decimal.TryParse(value.AsSpan(0, value.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                && number <= long.MaxValue / unit)
            {
                return (long)(number * unit);
            }
        }

        throw new TraceFilterException(column, $"\"{value}\" is no time; write it as 1ms or 2.5us (ps, ns, us, ms, s)");
    }

    private bool TakeWord(string word)
    {
        if (_token != word)
        {
            return false;
        }

        Next();
        return true;
    }

    private void Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        int start = _at;
        _column = start + 1;
        if (_at == _text.Length)
        {
            _token = string.Empty;
            return;
        }

        _at++;
        if (IsWord(_text[start]))
        {
            while (_at < _text.Length && IsWord(_text[_at]))
            {
                _at++;
            }
        }
        else if (_text[start] is '<' or '>' or '!' && _at < _text.Length && _text[_at] == '=')
        {
            _at++;
        }

        _token = _text[start.._at];
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private TraceFilterException Error(string message) => new(_column, message);
}
