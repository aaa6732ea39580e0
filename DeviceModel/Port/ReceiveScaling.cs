namespace NicEmu.DeviceModel.Port;

/// <summary>Receive-side scaling: hashes a frame's addresses and ports and picks a queue.</summary>
internal sealed class ReceiveScaling
{
    private readonly ToeplitzHash _hash = new();
    private RssConfiguration _configuration = RssConfiguration.Off;

    /// <summary>Whether a configuration can be taken: a key of 40 bytes and a table of a power of two of entries, wherever a hash is computed.</summary>
    /// <param name="configuration">The configuration.</param>
    public static bool IsValid(RssConfiguration configuration) =>
        configuration.Types == RssHashType.None
        || (configuration.Key.Length == ToeplitzHash.KeyLength && configuration.Table.Length > 0 && int.IsPow2(configuration.Table.Length));

    /// <summary>Takes over a valid configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    public void Configure(RssConfiguration configuration)
    {
        _configuration = configuration;
        if (configuration.Types != RssHashType.None)
        {
            _hash.SetKey(configuration.Key.Span);
        }
    }

    /// <summary>Hashes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">What the parser found in it.</param>
    /// <param name="hash">The hash; 0 when none is computed.</param>
    /// <returns>The fields that the hash is of.</returns>
    public RssHashType Hash(ReadOnlySpan<byte> frame, in FrameLayout layout, out uint hash)
    {
        hash = 0;
        RssHashType enabled = _configuration.Types;
        if (enabled == RssHashType.None || layout.Verdict != FrameVerdict.Ok)
        {
            return RssHashType.None;
        }

        bool isIpv4 = layout.IpVersion == 4;
        RssHashType withPorts = isIpv4 ? RssHashType.TcpIpv4 : RssHashType.TcpIpv6;
        RssHashType addressesOnly = isIpv4 ? RssHashType.Ipv4 : RssHashType.Ipv6;
        RssHashType type = layout.IsTcp && (enabled & withPorts) != 0 ? withPorts : enabled & addressesOnly;
        if (type == RssHashType.None)
        {
            return type;
        }

        // Both headers hold source and destination address side by side, TCP begins with the ports.
        Span<byte> input = stackalloc byte[ToeplitzHash.MaxInputLength];
        ReadOnlySpan<byte> addresses = isIpv4 ? frame.Slice(layout.L3Offset + 12, 8) : frame.Slice(layout.L3Offset + 8, 32);
        addresses.CopyTo(input);
        int length = addresses.Length;
        if (type == withPorts)
        {
            frame.Slice(layout.L4Offset, 4).CopyTo(input[length..]);
            length += 4;
        }

        hash = _hash.Compute(input[..length]);
        return type;
    }

    /// <summary>The queue of a hash.</summary>
    /// <param name="type">What <see cref="Hash"/> returned.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="queues">Number of queues.</param>
    public int QueueOf(RssHashType type, uint hash, int queues)
    {
        if (type == RssHashType.None)
        {
            return 0;
        }

        ReadOnlySpan<byte> table = _configuration.Table.Span;
        int queue = table[(int)(hash & (uint)(table.Length - 1))];
        return queue < queues ? queue : 0;
    }
}
