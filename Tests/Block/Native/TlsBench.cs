using System.Buffers.Binary;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>
/// A bench with one transmit context, made through the mailbox, over a stream of records. Descriptors are bytes; what must be on the wire comes from
/// <see cref="RecordOracle"/>, frame by frame, headers included.
/// </summary>
internal sealed class TlsBench
{
    /// <summary>Sequence number of the first record: the stream runs over the wrap.</summary>
    public const uint Start = 0xFFFF_FE00;
    public const int HeaderLength = 54;

    private readonly RecordOracle _oracle;
    private readonly byte _mode;
    private readonly uint[] _tail = new uint[16];
    private ulong _free = NativeBench.Data;

    public TlsBench(TlsVersion version = TlsVersion.Tls13, TlsCipher cipher = TlsCipher.Aes128Gcm, ulong firstNumber = 0, byte mode = 0)
    {
        _mode = mode;
        _oracle = new RecordOracle(version, cipher);
        (Plain, Wire) = _oracle.Stream([300, 400, 500, 1200], firstNumber);
        Records = [0, .. Enumerable.Range(1, 4).Select(n => _oracle.Stream([.. new[] { 300, 400, 500, 1200 }[..n]], firstNumber).Plain.Length)];
        FirstNumber = firstNumber;
        EnableQueue(0);
        EnableQueue(1);
        Key = CreateKey();
        Context = CreateTx(firstNumber);
    }

    public NativeBench Bench { get; } = new();

    public byte[] Plain { get; }

    public byte[] Wire { get; }

    /// <summary>Where each record begins in the stream, and where the last one ends.</summary>
    public int[] Records { get; }

    public ulong FirstNumber { get; }

    public ulong Key { get; private set; }

    public ulong Context { get; private set; }

    public List<byte[]> Sent => Bench.Link.Sent;

    public void EnableQueue(int queue)
    {
        Bench.EnableTx(queue, log2: 6, completionLog2: 6);
        _tail[queue] = 0;
    }

    /// <summary>Key and context anew, as after a reset.</summary>
    public void Recreate()
    {
        Key = CreateKey();
        Context = CreateTx(FirstNumber);
    }

    /// <summary>Creates a receive context for what <see cref="Received"/> builds, and activates it.</summary>
    public ulong CreateRx()
    {
        StageIv();
        byte[] request =
        [
            .. BitConverter.GetBytes(Key), (byte)_oracle.Version, 0x03, 4, 0, 0, 0, 0xBB, 0x01, 0x50, 0xC3, 0, 0, .. BitConverter.GetBytes(Start),
            .. BitConverter.GetBytes(FirstNumber), 192, 0, 2, 2, .. new byte[12], 192, 0, 2, 1, .. new byte[12], .. new byte[16],
        ];
        Assert.That(Bench.Command(48, request), Is.Zero, "RX_CREATE");
        byte[] handle = Bench.Reply(8);
        Assert.That(Bench.Command(49, handle), Is.Zero, "RX_ACTIVATE");
        return BitConverter.ToUInt64(handle);
    }

    /// <summary>Puts a descriptor into the ring without a doorbell.</summary>
    public void Put(byte[] descriptor, int queue = 0) => Bench.Descriptor(queue, _tail[queue]++ & 63, descriptor);

    public void Ring(int queue = 0) => Bench.Doorbell(queue, 0x00, _tail[queue]);

    /// <summary>Posts descriptors and lets them run.</summary>
    public void Post(params byte[][] descriptors)
    {
        foreach (byte[] descriptor in descriptors)
        {
            Put(descriptor);
        }

        Ring();
        Bench.Run(NativeBench.Millisecond);
    }

    public uint Tail(int queue = 0) => _tail[queue];

    /// <summary>DATA with TLS: a frame with stream bytes as payload.</summary>
    public byte[] Data(int from, int length, byte flags = 0, ushort mss = 0, uint cookie = 0)
    {
        return DataOf(Frame(from, Slice(Plain, from, length)).Build(), flags, mss, cookie);
    }

    private byte[] DataOf(byte[] frame, byte flags, ushort mss, uint cookie)
    {
        byte[] descriptor = NativeBench.DataDescriptor(Store(frame), (uint)frame.Length, cookie, flags);
        descriptor[3] = (byte)(mss == 0 ? 0x10 : 0x14);
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor.AsSpan(8), Context);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(16), mss);
        descriptor[18] = HeaderLength;
        return descriptor;
    }

    /// <summary>POSITION of a record of the stream.</summary>
    public byte[] Position(int record, byte flags = 0, ulong? number = null)
    {
        byte[] bytes = RecordOf(0x12, record, flags, number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), unchecked(Start + (uint)Records[record]));
        return bytes;
    }

    /// <summary>RANGE of stream bytes in one record.</summary>
    public byte[] Range(int from, int length, int skip = 0, byte flags = 0)
    {
        int record = RecordAt(from);
        byte[] bytes = RecordOf(0x14, record, flags, null);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), (uint)(from - Records[record]));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(44), (uint)skip);
        return bytes;
    }

    /// <summary>DATA behind <see cref="Range"/>: the headers are those of the frame that leaves, the payload begins with the bytes to skip.</summary>
    public byte[] RangeData(int from, int length, int skip = 0, byte flags = 0, ushort mss = 0) =>
        DataOf(Frame(from + skip, Slice(Plain, from, length)).Build(), flags, mss, 0);

    /// <summary>SET_CONTEXT: number of a record of the stream.</summary>
    public byte[] SetContext(int record, byte flags = 0)
    {
        byte[] bytes = NativeBench.BareDescriptor(0x10, 0xA0A0_0000, flags);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Context);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), unchecked(FirstNumber + (ulong)record));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(24), (ushort)_oracle.Version);
        return bytes;
    }

    /// <summary>SET_PROGRESS: start of a record of the stream.</summary>
    public byte[] SetProgress(int record, byte flags = 0)
    {
        byte[] bytes = NativeBench.BareDescriptor(0x11, 0xA1A1_0000, flags);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Context);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), unchecked(Start + (uint)Records[record]));
        return bytes;
    }

    /// <summary>Index of the record that holds a byte.</summary>
    public int RecordAt(int offset) => Array.FindLastIndex(Records, start => start <= offset);

    private byte[] RecordOf(byte opcode, int record, byte flags, ulong? number)
    {
        byte[] bytes = NativeBench.BareDescriptor(opcode, 0xB0B0_0000, flags);
        ReadOnlySpan<byte> header = Plain.AsSpan(Records[record]);
        bytes[2] = header[0];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Context);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(20), BinaryPrimitives.ReadUInt16BigEndian(header[3..]));
        bytes[22] = 3;
        bytes[23] = 3;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), number ?? unchecked(FirstNumber + (ulong)record));
        if (_oracle.Version == TlsVersion.Tls12 && _oracle.Cipher != TlsCipher.ChaCha20Poly1305)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), BinaryPrimitives.ReadUInt64BigEndian(header[5..]));
        }

        return bytes;
    }

    /// <summary>REPLAY of stream bytes.</summary>
    public byte[] Replay(int from, int length, byte flags = 0)
    {
        byte[] bytes = NativeBench.DataDescriptor(Store(Plain.AsSpan(from, length)), (uint)length, 0xC0C0_0000, flags);
        bytes[0] = 0x13;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Context);
        return bytes;
    }

    /// <summary>RESYNC_ANSWER.</summary>
    public static byte[] Answer(ulong context, byte kind, uint sequence, ulong number)
    {
        byte[] bytes = NativeBench.BareDescriptor(0x16, 0xD0D0_0000);
        bytes[2] = kind;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), context);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), number);
        return bytes;
    }

    /// <summary>QUERY into memory.</summary>
    public static byte[] Query(ulong context, ulong address)
    {
        byte[] bytes = NativeBench.BareDescriptor(0x15, 0xE0E0_0000);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), context);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), address);
        return bytes;
    }

    /// <summary>The frame that must leave for stream bytes.</summary>
    public byte[] Expected(int from, int length) => Frame(from, Slice(Wire, from, length)).Build();

    /// <summary>The frames that must leave for stream bytes cut at a segment size.</summary>
    public byte[][] Expected(int from, int length, int mss)
    {
        var frames = new List<byte[]>();
        for (int at = 0; at < length; at += mss)
        {
            int part = Math.Min(mss, length - at);
            frames.Add((Frame(from + at, Slice(Wire, from + at, part)) with
            {
                Identification = (ushort)(0x1234 + frames.Count),
                Flags = (byte)(at + part == length ? 0x18 : 0x10),
            }).Build());
        }

        return [.. frames];
    }

    /// <summary>A frame from the wire with protected stream bytes, for a context of <see cref="CreateRx"/>.</summary>
    public byte[] Received(int from, int length) => (Frame(from, Slice(Wire, from, length)) with { Destination = 0x02_4E_1D_00_00_01 }).Build();

    public ulong Store(ReadOnlySpan<byte> bytes)
    {
        ulong address = _free;
        bytes.CopyTo(Bench.Host.At(address, bytes.Length));
        _free += ((ulong)bytes.Length + 63) & ~63ul;
        return address;
    }

    private static TcpFrame Frame(int from, byte[] payload) => new() { Sequence = unchecked(Start + (uint)from), Payload = payload };

    /// <summary>Bytes of a stream; what lies outside of it is zero.</summary>
    private static byte[] Slice(byte[] stream, int from, int length)
    {
        var bytes = new byte[length];
        int skip = Math.Max(0, -from);
        int end = Math.Min(stream.Length, from + length);
        if (end > from + skip)
        {
            stream.AsSpan(from + skip, end - from - skip).CopyTo(bytes.AsSpan(skip));
        }

        return bytes;
    }

    private ulong CreateKey()
    {
        for (int i = 0; i < _oracle.Key.Length; i += 4)
        {
            Bench.Write(0, 0x0140 + (ulong)i, BitConverter.ToUInt32(_oracle.Key, i));
        }

        Assert.That(Bench.Command(16, [0, 0, 0, 0, 0, 0, 0, 0, (byte)_oracle.Cipher, 0, 0, 0, 0, 0, 0, 0]), Is.Zero, "KEY_CREATE");
        return BitConverter.ToUInt64(Bench.Reply(8));
    }

    private ulong CreateTx(ulong number)
    {
        StageIv();
        byte[] request =
        [
            .. BitConverter.GetBytes(Key), (byte)_oracle.Version, 0x03, _mode, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(Start), 0, 0, 0, 0, .. BitConverter.GetBytes(number),
        ];
        Assert.That(Bench.Command(32, request), Is.Zero, "TX_CREATE");
        return BitConverter.ToUInt64(Bench.Reply(8));
    }

    private void StageIv()
    {
        byte[] iv = [.. _oracle.Iv];
        if (_oracle.Version == TlsVersion.Tls12 && _oracle.Cipher != TlsCipher.ChaCha20Poly1305)
        {
            iv.AsSpan(4).Clear();
        }

        for (int i = 0; i < 12; i += 4)
        {
            Bench.Write(0, 0x0160 + (ulong)i, BitConverter.ToUInt32(iv, i));
        }
    }
}
