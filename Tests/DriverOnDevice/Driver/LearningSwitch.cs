using System.Buffers.Binary;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Spec.Seams;

namespace NicEmu.Tests.DriverOnDevice.Driver;

/// <summary>An Ethernet switch: learns where addresses are, floods what it does not know.</summary>
internal sealed class LearningSwitch
{
    private readonly PairLink[] _cables;
    private readonly Dictionary<ulong, int> _places = [];

    public LearningSwitch(EventLoop loop, int ports)
    {
        _cables = new PairLink[ports];
        for (int i = 0; i < ports; i++)
        {
            int port = i;
            _cables[i] = new(loop, name: $"switch{i}");
            _cables[i].B.OnReceived(frame => Forward(port, frame));
        }
    }

    /// <summary>The wire of a port, for the machine that is plugged in there.</summary>
    public ILink this[int port] => _cables[port].A;

    private void Forward(int from, ReadOnlySpan<byte> frame)
    {
        _places[Address(frame[6..])] = from;
        bool known = _places.TryGetValue(Address(frame), out int to);
        for (int i = 0; i < _cables.Length; i++)
        {
            if (i != from && (!known || i == to)) _cables[i].B.Send(frame, default);
        }
    }

    private static ulong Address(ReadOnlySpan<byte> bytes) => ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
}
