using NicEmu.Driver.Ktls;
using NicEmu.Net;

namespace NicEmu.Driver.Kernel;

/// <summary>A TCP connection's sending side as the record layer sees it.</summary>
internal sealed class ConnectionStream(TcpConnection connection, int capacity) : IStreamWriter
{
    public uint Sequence => connection.SendSequence;

    public int Free => connection.SendBufferFree;

    public int Capacity => capacity;

    public void Write(ReadOnlySpan<byte> bytes) => connection.Write(bytes);
}
