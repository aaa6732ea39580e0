namespace NicEmu.Board.Compare;

/// <summary>One segment as the host handed it to the card, and as the card sent it.</summary>
/// <param name="Before">The whole frame before the card.</param>
/// <param name="After">The whole frame behind it.</param>
/// <param name="PayloadOffset">Where the TCP payload begins in both.</param>
public sealed record BeforeAfterPair(ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After, int PayloadOffset)
{
    /// <summary>Offset of the IPv4 header's checksum in both.</summary>
    public const int IpChecksumOffset = 24;

    /// <summary>Offset of the TCP header's checksum in both, with an IPv4 header of 20 bytes.</summary>
    public const int TcpChecksumOffset = 50;

    /// <summary>Offsets of the header bytes that differ.</summary>
    public IReadOnlyList<int> HeaderDifferences
    {
        get
        {
            List<int> differing = [];
            for (int i = 0; i < PayloadOffset; i++)
            {
                if (Before.Span[i] != After.Span[i]) differing.Add(i);
            }

            return differing;
        }
    }

    /// <summary>Whether nothing but the payload and the two checksums differ.</summary>
    public bool OnlyPayloadAndChecksumsDiffer
    {
        get
        {
            foreach (int offset in HeaderDifferences)
            {
                if (offset is not (IpChecksumOffset or IpChecksumOffset + 1 or TcpChecksumOffset or TcpChecksumOffset + 1)) return false;
            }

            return Before.Length == After.Length;
        }
    }
}
