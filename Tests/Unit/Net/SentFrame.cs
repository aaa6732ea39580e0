using NicEmu.Net;

namespace NicEmu.Tests.Unit.Net;

/// <summary>A frame as a stack handed it out.</summary>
internal sealed record SentFrame(
    bool FromClient, long AtPs, byte[] Frame, int HeaderLength, int PayloadLength, uint Sequence, bool IsTcp, bool IsRetransmission, int SegmentSize)
{
    public ReadOnlySpan<byte> Payload => Frame.AsSpan(HeaderLength, PayloadLength);

    public TcpHeader Tcp
    {
        get
        {
            int ipHeader = Frame[12] == 0x08 ? 20 : 40;
            TcpHeader.TryRead(Frame.AsSpan(14 + ipHeader), out TcpHeader header);
            return header;
        }
    }

    public TcpOptions Options
    {
        get
        {
            int ipHeader = Frame[12] == 0x08 ? 20 : 40;
            TcpOptions.TryRead(Frame.AsSpan(14 + ipHeader + 20, Tcp.HeaderLength - 20), out TcpOptions options);
            return options;
        }
    }
}
