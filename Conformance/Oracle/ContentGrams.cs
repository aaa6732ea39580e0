using System.Runtime.InteropServices;
using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Oracle;

/// <summary>
/// Looks for application data in the frames that a card sends, whatever the connection. Of the content the 16-byte blocks are remembered, of the frames every byte is the
/// beginning of a candidate: a run of 31 bytes of content cannot leave unseen, shorter ones can. Blocks with fewer than four different byte values, such as
/// runs of zeros, are left out, because frames hold them without any fault. The latest blocks only are remembered, so memory is bounded.
/// </summary>
/// <param name="device">Device whose frames are watched.</param>
/// <param name="capacity">Blocks that are remembered, at least 1.</param>
public sealed class ContentGrams(int device, int capacity = 1 << 17) : ITraceSink
{
    /// <summary>Bytes of a block.</summary>
    public const int Length = 16;

    private const int FilterBits = 22;
    private const int LeastValues = 4;

    private readonly Dictionary<UInt128, int> _blocks = [];
    private readonly Queue<UInt128> _order = new();
    private readonly ulong[] _filter = new ulong[(1 << FilterBits) / 64];
    private readonly byte[] _open = new byte[Length];
    private int _openLength;

    /// <summary>Blocks of content that were looked for.</summary>
    public long Blocks { get; private set; }

    /// <summary>Blocks left out because too few of their bytes differ.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Frames that were looked at.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames with application data in them.</summary>
    public long Leaks { get; private set; }

    /// <summary>The first leak; null when there is none.</summary>
    public string? Failure { get; private set; }

    /// <summary>Remembers content, before it is sent.</summary>
    /// <param name="content">What follows the content given before.</param>
    public void Add(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            int take = Math.Min(Length - _openLength, content.Length);
            content[..take].CopyTo(_open.AsSpan(_openLength));
            _openLength += take;
            content = content[take..];
            if (_openLength == Length)
            {
                _openLength = 0;
                Remember(_open);
            }
        }
    }

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind != TraceEventKind.FrameSent || e.Device != device)
        {
            return;
        }

        Frames++;
        for (int i = 0; i + Length <= data.Length; i++)
        {
            UInt128 gram = MemoryMarshal.Read<UInt128>(data[i..]);
            int bit = BitOf(gram);
            if ((_filter[bit >> 6] & (1UL << bit)) != 0 && _blocks.ContainsKey(gram))
            {
                Leaks++;
                Failure ??= $"Frame {Frames} holds application data at byte {i}.";
                return;
            }
        }
    }

    private void Remember(ReadOnlySpan<byte> block)
    {
        if (!IsTelling(block))
        {
            LeftOut++;
            return;
        }

        if (_order.Count == capacity)
        {
            UInt128 oldest = _order.Dequeue();
            int left = --CollectionsMarshal.GetValueRefOrNullRef(_blocks, oldest);
            if (left == 0)
            {
                _blocks.Remove(oldest);
            }
        }

        UInt128 gram = MemoryMarshal.Read<UInt128>(block);
        CollectionsMarshal.GetValueRefOrAddDefault(_blocks, gram, out _)++;
        _order.Enqueue(gram);
        int bit = BitOf(gram);
        // Bits stay when blocks are forgotten: they cost time only.
        _filter[bit >> 6] |= 1UL << bit;
        Blocks++;
    }

    private static bool IsTelling(ReadOnlySpan<byte> block)
    {
        int values = 0;
        for (int i = 0; i < block.Length && values < LeastValues; i++)
        {
            values += block[..i].Contains(block[i]) ? 0 : 1;
        }

        return values == LeastValues;
    }

    private static int BitOf(UInt128 gram) => (int)(unchecked(((ulong)gram ^ ((ulong)(gram >> 64) * 3)) * 0x9E37_79B9_7F4A_7C15) >> (64 - FilterBits));
}
