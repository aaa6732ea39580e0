using System.Buffers.Binary;
using NicEmu.Net;
using NicEmu.Spec.Core;

namespace NicEmu.Driver.Kernel;

/// <summary>
/// Generic receive offload: joins segments of one connection that follow each other into one, before the stack sees them. It holds one segment that grows, and
/// never longer than one look into a receive ring. Joined are only frames that say the same of everything but place, length and bytes (Linux' tcp_gro_receive), and of
/// which the card said the same: bytes that it decrypted never meet bytes that it did not, nor those of another context.
/// </summary>
internal sealed class ReceiveCoalescer
{
    private const int LongestPacket = ushort.MaxValue;
    private const int LongestLinkHeader = 14 + 4;
    private const byte Ack = 0x10;
    private const byte Push = 0x08;
    private const int SequenceOffset = 4;
    private const int FlagsOffset = 13;

    private readonly byte[] _held = new byte[LongestLinkHeader + LongestPacket];
    private Layout _layout;
    private int _length;
    private int _segmentSize;
    private uint _next;
    private (RxVerdict Verdict, ulong Context) _word;
    private int _mark;
    private bool _isClosed;

    /// <summary>Segments that the held one was made of; 0 when none is held.</summary>
    public int Segments { get; private set; }

    /// <summary>Appends a frame to the held segment.</summary>
    /// <param name="frame">The frame; its checksums are right.</param>
    /// <param name="verdict">What the card said.</param>
    /// <param name="context">Receive context, or 0.</param>
    /// <returns>False when it does not belong there: what is held goes first then.</returns>
    public bool TryJoin(ReadOnlySpan<byte> frame, RxVerdict verdict, ulong context)
    {
        if (Segments == 0 || _isClosed || _word != (verdict, context) || !TryRead(frame, out Layout layout) || !Continues(frame, layout)) return false;
        frame.Slice(layout.Payload, layout.PayloadLength).CopyTo(_held.AsSpan(_length));
        _length += layout.PayloadLength;
        _next += (uint)layout.PayloadLength;
        _held[_layout.Tcp + FlagsOffset] |= frame[layout.Tcp + FlagsOffset];
        Segments++;
        Close(frame, layout);
        return true;
    }

    /// <summary>Keeps a frame, to be joined by others; nothing may be held.</summary>
    /// <param name="frame">The frame; its checksums are right.</param>
    /// <param name="verdict">What the card said.</param>
    /// <param name="context">Receive context, or 0.</param>
    /// <param name="mark">Travels with its bytes.</param>
    /// <returns>False when nothing is ever joined to such a frame.</returns>
    public bool TryHold(ReadOnlySpan<byte> frame, RxVerdict verdict, ulong context, int mark)
    {
        // A question of the card is about a place: what comes up to there must be in the stack when it is answered.
        if (verdict is RxVerdict.ResyncRequest or RxVerdict.AuthenticationFailed || !TryRead(frame, out _layout)) return false;
        _length = _layout.Payload + _layout.PayloadLength;
        frame[.._length].CopyTo(_held);
        (_segmentSize, _word, _mark, _isClosed, Segments) = (_layout.PayloadLength, (verdict, context), mark, false, 1);
        _next = BinaryPrimitives.ReadUInt32BigEndian(frame[(_layout.Tcp + SequenceOffset)..]) + (uint)_layout.PayloadLength;
        Close(frame, _layout);
        return true;
    }

    /// <summary>Takes what is held; its TCP checksum is not made anew.</summary>
    /// <param name="frame">Valid until the next call.</param>
    /// <param name="mark">Of its bytes.</param>
    /// <returns>Segments that it was made of; 0 when nothing was held.</returns>
    public int Take(out ReadOnlySpan<byte> frame, out int mark)
    {
        int segments = Segments;
        frame = _held.AsSpan(0, segments == 0 ? 0 : _length);
        (mark, Segments) = (_mark, 0);
        if (segments > 1) WriteLengths();
        return segments;
    }

    /// <summary>Forgets what is held.</summary>
    public void Clear() => Segments = 0;

    /// <summary>Only ACK and PSH, and bytes: everything else is for the stack to see by itself. A whole IPv4 packet without options, or IPv6 without extensions.</summary>
    private static bool TryRead(ReadOnlySpan<byte> frame, out Layout layout)
    {
        layout = default;
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet)) return false;
        ReadOnlySpan<byte> packet = frame[ethernet.Length..];
        int ipLength;
        int total;
        if (ethernet.EtherType == EtherType.Ipv4 && packet.Length >= Ipv4Header.MinimumLength && packet[0] == 0x45 && packet[9] == IpProtocol.Tcp
            && (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) == 0)
        {
            (ipLength, total) = (Ipv4Header.MinimumLength, BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        }
        else if (ethernet.EtherType == EtherType.Ipv6 && packet.Length >= Ipv6Header.FixedLength && packet[0] >> 4 == 6 && packet[6] == IpProtocol.Tcp)
        {
            (ipLength, total) = (Ipv6Header.FixedLength, Ipv6Header.FixedLength + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]));
        }
        else
        {
            return false;
        }

        if (total > packet.Length || total < ipLength || !TcpHeader.TryRead(packet[ipLength..total], out TcpHeader tcp)) return false;
        int payload = ipLength + tcp.HeaderLength;
        layout = new(ethernet.Length, ethernet.Length + ipLength, ethernet.Length + payload, total - payload);
        return layout.PayloadLength > 0 && ((byte)tcp.Flags & ~Push) == Ack && (packet[ipLength + 12] & 0x0F) == 0;
    }

    private bool Continues(ReadOnlySpan<byte> frame, in Layout layout)
    {
        if (layout.Ip != _layout.Ip || layout.Tcp != _layout.Tcp || layout.Payload != _layout.Payload) return false;
        if (layout.PayloadLength > _segmentSize || _length - _layout.Ip + layout.PayloadLength > LongestPacket) return false;
        ReadOnlySpan<byte> held = _held.AsSpan(0, _layout.Payload);
        return BinaryPrimitives.ReadUInt32BigEndian(frame[(layout.Tcp + SequenceOffset)..]) == _next
            && IsSame(frame, held, 0, layout.Ip)
            && (layout.IsIpv6
                // All but the payload's length.
                ? IsSame(frame, held, layout.Ip, 4) && IsSame(frame, held, layout.Ip + 6, 34)
                // All but total length, identification and checksum.
                : IsSame(frame, held, layout.Ip, 2) && IsSame(frame, held, layout.Ip + 6, 4) && IsSame(frame, held, layout.Ip + 12, 8))
            // Ports; acknowledgment number and offset; window; urgent pointer and options.
            && IsSame(frame, held, layout.Tcp, 4)
            && IsSame(frame, held, layout.Tcp + 8, 5)
            && IsSame(frame, held, layout.Tcp + 14, 2)
            && IsSame(frame, held, layout.Tcp + 18, layout.Payload - layout.Tcp - 18);
    }

    private static bool IsSame(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> held, int at, int length) => frame.Slice(at, length).SequenceEqual(held.Slice(at, length));

    /// <summary>PSH ends what the sender had to say, and so does a segment shorter than those before.</summary>
    private void Close(ReadOnlySpan<byte> frame, in Layout layout) => _isClosed = (frame[layout.Tcp + FlagsOffset] & Push) != 0 || layout.PayloadLength < _segmentSize;

    private void WriteLengths()
    {
        Span<byte> ip = _held.AsSpan(_layout.Ip);
        int total = _length - _layout.Ip;
        if (_layout.IsIpv6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(total - Ipv6Header.FixedLength));
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)total);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Compute(ip[..Ipv4Header.MinimumLength]));
    }

    /// <summary>Where the parts of a frame begin.</summary>
    private readonly record struct Layout(int Ip, int Tcp, int Payload, int PayloadLength)
    {
        public bool IsIpv6 => Tcp - Ip == Ipv6Header.FixedLength;
    }
}
