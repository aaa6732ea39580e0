using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Puts the plaintext of one record together from the pieces that pass, for the plain view of a trace. Exists only while that is wanted.</summary>
internal sealed class PlaintextTap
{
    private readonly byte[] _bytes = new byte[TlsRecordLayout.MaxPlaintextLength + 2048];
    private int _count;
    private bool _isWhole;

    public PlaintextTapSnapshot Save() => new([.. _bytes.AsSpan(0, _count)], _isWhole);

    public void Restore(PlaintextTapSnapshot snapshot)
    {
        snapshot.Bytes.CopyTo(_bytes);
        _count = snapshot.Bytes.Length;
        _isWhole = snapshot.IsWhole;
    }

    /// <summary>Stands at the start of a record.</summary>
    public void Begin()
    {
        _count = 0;
        _isWhole = true;
    }

    /// <summary>Loses the current record.</summary>
    public void Abandon() => _isWhole = false;

    public void Add(ReadOnlySpan<byte> body)
    {
        if (_isWhole && body.Length <= _bytes.Length - _count)
        {
            body.CopyTo(_bytes.AsSpan(_count));
            _count += body.Length;
        }
    }

    /// <summary>Reports the record that ended.</summary>
    public void End(TraceSource trace, ulong handle, ulong recordNumber, TlsVersion version, byte outerType, bool isReceive)
    {
        if (!_isWhole)
        {
            return;
        }

        ReadOnlySpan<byte> content = _bytes.AsSpan(0, _count);
        byte type = outerType;
        if (version == TlsVersion.Tls13)
        {
            // RFC 8446 §5.4: the last byte that is not zero is the type; zeros behind it are padding.
            int last = content.LastIndexOfAnyExcept((byte)0);
            type = last < 0 ? (byte)0 : content[last];
            content = content[..Math.Max(last, 0)];
        }

        var e = new TraceEvent
        {
            Kind = TraceEventKind.RecordPlaintext,
            Handle = handle,
            RecordNumber = recordNumber,
            Code = type,
            Flags = isReceive ? 1u : 0,
            Length = content.Length,
        };
        trace.Emit(e, content);
    }
}
