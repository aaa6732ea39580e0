using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Sessions;

/// <summary>Digest of an event stream: two runs with equal digests had the same events, with the same bytes, at the same times.</summary>
public sealed class EventHash : ITraceSink, IDisposable
{
    private const int FixedLength = 73;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Events so far.</summary>
    public long Events { get; private set; }

    /// <summary>SHA-256 of the events so far, in hexadecimal.</summary>
    public string Digest => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        Events++;
        Span<byte> head = stackalloc byte[FixedLength];
        head[0] = (byte)e.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], e.TimePs);
        BinaryPrimitives.WriteInt32LittleEndian(head[9..], e.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(head[13..], e.Address);
        BinaryPrimitives.WriteUInt64LittleEndian(head[21..], e.Value);
        BinaryPrimitives.WriteInt32LittleEndian(head[29..], e.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[33..], e.Code);
        BinaryPrimitives.WriteInt32LittleEndian(head[37..], e.Index);
        BinaryPrimitives.WriteUInt32LittleEndian(head[41..], e.Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(head[45..], e.Handle);
        BinaryPrimitives.WriteUInt64LittleEndian(head[53..], e.RecordNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(head[61..], e.TcpSequence);
        BinaryPrimitives.WriteInt32LittleEndian(head[65..], data.Length);
        byte[] text = e.Text is null ? [] : Encoding.UTF8.GetBytes(e.Text);
        BinaryPrimitives.WriteInt32LittleEndian(head[69..], e.Text is null ? -1 : text.Length);
        _hash.AppendData(head);
        _hash.AppendData(data);
        _hash.AppendData(text);
    }

    /// <summary>Frees the digest.</summary>
    public void Dispose() => _hash.Dispose();
}
