using CsCheck;
using NicEmu.Driver.Nic;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>Bytes in pieces are the same bytes as in a span.</summary>
[TestFixture]
public sealed class TxBytesTests
{
    [Test]
    public void Slice_OfPiecesOrOfASpan_IsTheSame()
    {
        Gen<(int[] Lengths, int Start, int Length)> cuts = Gen.Select(Gen.Int[1, 40].Array[1, 6], Gen.Int[0, 239], Gen.Int[0, 240]);

        cuts.Sample(cut =>
        {
            (TxBytes whole, byte[] all, PieceMemory memory) = Make(cut.Lengths);
            int start = cut.Start % (all.Length + 1);
            int length = cut.Length % (all.Length - start + 1);

            TxBytes part = whole.Slice(start, length);

            return part.Length == length && part.ToArray().AsSpan().SequenceEqual(all.AsSpan(start, length)) && memory.BytesLoaded == length && Named(part).AsSpan().SequenceEqual(all.AsSpan(start, length));
        });
    }

    [Test]
    public void Slice_InTheMiddleOfPieces_CountsThoseItTouches()
    {
        (TxBytes whole, _, _) = Make([10, 20, 30]);

        Assert.That(whole.PieceCount, Is.EqualTo(3));
        Assert.That(whole[9..11].PieceCount, Is.EqualTo(2));
        Assert.That(whole[10..30].PieceCount, Is.EqualTo(1));
        Assert.That(whole[30..30].IsEmpty, Is.True);
        Assert.That(whole[12..].FirstPiece(5), Is.EqualTo(new DmaPiece(0x1_0000_0000 + 0x1002, 5)));
    }

    [TestCase(-1, 1)]
    [TestCase(0, 61)]
    [TestCase(61, 0)]
    [TestCase(30, 31)]
    [TestCase(0, -1)]
    [TestCase(int.MaxValue, int.MaxValue)]
    public void Slice_BeyondTheBytes_Throws(int start, int length)
    {
        Assert.That(() => Make([10, 20, 30]).Bytes.Slice(start, length), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void FirstPiece_OfASpanOrOfNothing_Throws()
    {
        Assert.That(() => new TxBytes(new byte[4]).FirstPiece(4), Throws.InvalidOperationException);
        Assert.That(() => Make([10]).Bytes[10..].FirstPiece(4), Throws.InvalidOperationException);
    }

    private static byte[] Named(TxBytes bytes)
    {
        var all = new List<byte>();
        while (!bytes.IsEmpty)
        {
            DmaPiece piece = bytes.FirstPiece(7);
            for (int i = 0; i < piece.Length; i++) all.Add((byte)((piece.Address + (uint)i) ^ ((piece.Address + (uint)i) >> 12)));
            bytes = bytes[piece.Length..];
        }

        return [.. all];
    }

    /// <summary>Each byte is a function of its address.</summary>
    private static Made Make(int[] lengths)
    {
        var memory = new PieceMemory();
        var pieces = new DmaPiece[lengths.Length];
        var all = new List<byte>();
        for (int i = 0; i < lengths.Length; i++)
        {
            ulong address = 0x1_0000_0000 + ((ulong)i * 0x1000);
            byte[] bytes = [.. Enumerable.Range(0, lengths[i]).Select(at => (byte)((address + (uint)at) ^ ((address + (uint)at) >> 12)))];
            pieces[i] = memory.Add(address, bytes);
            all.AddRange(bytes);
        }

        return new(new(pieces, memory), [.. all], memory);
    }

    private readonly ref struct Made(TxBytes bytes, byte[] all, PieceMemory memory)
    {
        public TxBytes Bytes { get; } = bytes;

        public void Deconstruct(out TxBytes whole, out byte[] content, out PieceMemory reader)
        {
            whole = Bytes;
            content = all;
            reader = memory;
        }
    }
}
