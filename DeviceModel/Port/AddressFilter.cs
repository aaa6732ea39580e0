using System.Buffers.Binary;
using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Port;

/// <summary>Decides by the destination address whether a frame is taken in.</summary>
internal sealed class AddressFilter
{
    private const ulong BroadcastAddress = 0xFFFF_FFFF_FFFF;
    private const ulong GroupBit = 1UL << 40;
    private const uint Crc32Polynomial = 0xEDB8_8320;

    private PortConfiguration _configuration = new();

    /// <summary>Takes over a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    public void Configure(PortConfiguration configuration) => _configuration = configuration;

    /// <summary>Whether a frame is taken in.</summary>
    /// <param name="frame">The frame, at least an Ethernet header.</param>
    /// <param name="kind">Multicast or broadcast, as in a receive completion.</param>
    public bool Accepts(ReadOnlySpan<byte> frame, out RxFlags kind)
    {
        ulong destination = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(frame) << 32) | BinaryPrimitives.ReadUInt32BigEndian(frame[2..]);
        if (destination == BroadcastAddress)
        {
            kind = RxFlags.Broadcast;
            return _configuration.Broadcast || _configuration.Promiscuous;
        }

        if ((destination & GroupBit) != 0)
        {
            kind = RxFlags.Multicast;
            return _configuration.Promiscuous || _configuration.AllMulticast || IsInHash(MulticastIndex(frame[..6]));
        }

        kind = RxFlags.None;
        return _configuration.Promiscuous || destination == _configuration.MacAddress || _configuration.UnicastFilters.Span.Contains(destination);
    }

    /// <summary>Bit of the hash filter for an address: the upper seven bits of its CRC-32, computed as in a frame check sequence (IEEE 802.3 §3.2.9).</summary>
    /// <param name="address">Six bytes.</param>
    public static int MulticastIndex(ReadOnlySpan<byte> address)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in address)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (Crc32Polynomial & (0 - (crc & 1)));
            }
        }

        return (int)(~crc >> 25);
    }

    private bool IsInHash(int index)
    {
        ulong half = index < 64 ? _configuration.MulticastHashLow : _configuration.MulticastHashHigh;
        return ((half >> (index & 63)) & 1) != 0;
    }
}
