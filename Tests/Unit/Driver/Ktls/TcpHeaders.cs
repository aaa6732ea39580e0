using System.Buffers.Binary;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>Headers as the stack gives them to a session.</summary>
internal static class TcpHeaders
{
    /// <summary>Ethernet, IPv4 and TCP with FIN, PSH and ACK.</summary>
    public static byte[] Of(uint sequence, int payloadLength)
    {
        var headers = new byte[54];
        headers[12] = 0x08;
        headers[14] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(headers.AsSpan(16), (ushort)(40 + payloadLength));
        headers[23] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(headers.AsSpan(38), sequence);
        headers[46] = 0x50;
        headers[47] = 0x19;
        return headers;
    }
}
