using System.Buffers.Binary;

namespace NicEmu.Board.Links;

/// <summary>
/// Chooses the frame that holds the end of a certain TLS record's header. Follows the headers of the direction's first TCP stream, which are in clear; needs the
/// first transmission of its segments in order, as a card sends them.
/// </summary>
/// <param name="record">Number of the record among those that count, from 0.</param>
/// <param name="leastLength">Records whose length field is smaller do not count: those of a handshake, for example.</param>
/// <param name="port">TCP port at either end that the stream must have; 0 for any.</param>
internal sealed class RecordHeaderMatch(int record, int leastLength, ushort port = 0)
{
    private const int HeaderLength = 5;

    private readonly byte[] _header = new byte[HeaderLength];
    private (ushort Source, ushort Destination)? _stream;
    private uint _expected;
    private int _headerBytes;
    private int _bodyLeft;
    private int _counted = -1;

    /// <summary>Looks at the next frame of the direction.</summary>
    /// <param name="frame">Ethernet frame.</param>
    /// <returns>Whether the record's header ends in it.</returns>
    public bool IsIn(ReadOnlySpan<byte> frame)
    {
        if (!TcpView.TryParse(frame, out TcpView tcp))
        {
            return false;
        }

        if (tcp.IsSyn && _stream is null && tcp.HasPort(port))
        {
            _stream = (tcp.SourcePort, tcp.DestinationPort);
            _expected = tcp.Sequence + 1;
            return false;
        }

        if (_stream != (tcp.SourcePort, tcp.DestinationPort) || tcp.Sequence != _expected)
        {
            return false;
        }

        _expected += (uint)tcp.Payload.Length;
        int before = _counted;
        Walk(tcp.Payload);
        return before < record && _counted >= record;
    }

    private void Walk(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_bodyLeft > 0)
            {
                int body = Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= body;
                bytes = bytes[body..];
                continue;
            }

            _header[_headerBytes++] = bytes[0];
            bytes = bytes[1..];
            if (_headerBytes == HeaderLength)
            {
                _bodyLeft = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
                _headerBytes = 0;
                _counted += _bodyLeft >= leastLength ? 1 : 0;
            }
        }
    }
}
