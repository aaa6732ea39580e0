using System.Net;
using System.Net.Sockets;
using NicEmu.Board.Sessions;
using NicEmu.Net;

namespace NicEmu.Cli.Commands;

/// <summary>The addresses that <c>--address</c> means.</summary>
internal static class PeerAddresses
{
    /// <summary>Puts the peer at an address, and the card at the next one of the same subnet.</summary>
    /// <param name="options">The options so far.</param>
    /// <param name="text">The peer's address; its family wins over <c>--ipv6</c>.</param>
    /// <exception cref="UsageFault">It is no address that a host can have.</exception>
    public static TransferOptions Apply(TransferOptions options, string text)
    {
        if (!IPAddress.TryParse(text, out IPAddress? peer) || peer.ScopeIdOrZero() != 0)
        {
            throw new UsageFault($"--address {text}: write an IPv4 or IPv6 address without a port.");
        }

        byte[] bytes = peer.GetAddressBytes();
        bool isMulticast = bytes.Length == 4 ? bytes[0] is 0 or 127 or >= 224 : bytes[0] == 0xFF || IPAddress.IPv6Any.Equals(peer) || IPAddress.IPv6Loopback.Equals(peer);
        if (isMulticast || (bytes.Length == 4 && bytes[^1] is 0 or 255))
        {
            throw new UsageFault($"--address {text}: no host of a /24 or /64 can have it.");
        }

        bytes[^1] += bytes[^1] >= 254 ? unchecked((byte)-1) : (byte)1;
        return options with
        {
            Ipv6 = peer.AddressFamily == AddressFamily.InterNetworkV6,
            PeerAddress = IpAddress.Parse(peer.ToString()),
            MachineAddress = IpAddress.Parse(new IPAddress(bytes).ToString()),
        };
    }

    private static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
