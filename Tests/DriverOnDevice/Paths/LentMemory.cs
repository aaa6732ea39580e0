using NicEmu.Driver.Nic;
using NicEmu.Driver.Paths;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Paths;

/// <summary>
/// Memory that is lent to a socket in odd pieces. What comes back is overwritten at once, as its next user would: a card or a driver that reads it afterwards puts other bytes on the wire
/// than before.
/// </summary>
internal sealed class LentMemory : IPieceOwner, IPieceVersions, IDmaReader
{
    private readonly IDmaReader _others;
    private readonly DmaBuffer _memory;
    private readonly HashSet<ulong> _lent = [];
    private uint _version;

    public LentMemory(IDeviceBus bus, IDmaReader others, byte[] content)
    {
        _others = others;
        _memory = bus.AllocateDma(content.Length);
        content.CopyTo(_memory.Span);
    }

    /// <summary>Pieces that did not come back yet.</summary>
    public int Lent => _lent.Count;

    /// <summary>Bytes that the processor loaded.</summary>
    public long BytesLoaded { get; private set; }

    /// <summary>Lends a range in up to five pieces.</summary>
    public DmaPiece[] Lend(int offset, int length)
    {
        var pieces = new List<DmaPiece>();
        while (length > 0)
        {
            int part = Math.Min(length, 4096 - (offset % 4096));
            pieces.Add(new(_memory.BusAddress + (uint)offset, part));
            Assert.That(_lent.Add(pieces[^1].Address), Is.True);
            (offset, length) = (offset + part, length - part);
        }

        return [.. pieces];
    }

    /// <summary>Lent and refused.</summary>
    public void TakeBack(IEnumerable<DmaPiece> pieces)
    {
        foreach (DmaPiece piece in pieces) _lent.Remove(piece.Address);
    }

    /// <summary>Changes the content, and says so.</summary>
    public void Change(int offset, byte value)
    {
        _memory.Span[offset] = value;
        _version++;
    }

    public uint VersionOf(DmaPiece piece) => _version;

    public void Released(DmaPiece piece)
    {
        Assert.That(_lent.Remove(piece.Address), Is.True, "a piece comes back once");
        _memory.Span.Slice((int)(piece.Address - _memory.BusAddress), piece.Length).Fill(0xDD);
    }

    public void Read(ulong address, Span<byte> destination)
    {
        if (address < _memory.BusAddress || address - _memory.BusAddress >= (ulong)_memory.Length)
        {
            _others.Read(address, destination);
            return;
        }

        _memory.Span.Slice((int)(address - _memory.BusAddress), destination.Length).CopyTo(destination);
        BytesLoaded += destination.Length;
    }
}
