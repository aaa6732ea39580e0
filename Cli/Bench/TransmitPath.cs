using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NicEmu.Board.Bus;
using NicEmu.Board.Links;
using NicEmu.Board.Memory;
using NicEmu.Board.Time;
using NicEmu.DeviceModel;
using NicEmu.Driver.Nic;
using NicEmu.Firmware;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Cli.Bench;

/// <summary>
/// A card on a wire that swallows frames, with one TLS flow: from the doorbell to the frames and completions, without trace or network stack. The driver
/// brings the card up and installs the keys; then a queue of its own is fed with chains that lie in host memory, as they would after a sendfile.
/// </summary>
internal sealed class TransmitPath : INicClient, IDisposable
{
    /// <summary>Bytes of one chain that are encrypted: four records of 16 KB.</summary>
    public const int ChainBytes = RecordsPerChain * BodyBytes;

    /// <summary>Frames that one chain is cut into.</summary>
    public const int FramesPerChain = ((RecordsPerChain * WireRecordBytes) + Mss - 1) / Mss;

    private const int RecordsPerChain = 4;
    private const int BodyBytes = BenchRun.RecordBytes;
    private const int Mss = BenchRun.PieceBytes;
    private const int WireRecordBytes = TlsRecordLayout.HeaderLength + BodyBytes + TlsRecordLayout.TagLength;

    // Ethernet, IPv4, TCP with the timestamp option (RFC 7323 appendix A).
    private const int HeaderBytes = 14 + 20 + 32;
    private const int SequenceOffset = 14 + 20 + 4;
    private const int SlotBytes = 20 * HostMemory.PageSize;
    private const int Slots = 8;
    private const int Queue = 1;
    private const int RingLog2 = 7;
    private const int CompletionLog2 = 6;
    private const long BringUpLimitPs = 1_000_000_000_000;

    private readonly EventLoop _loop = new();
    private readonly NullLink _wire = new();
    private readonly InProcessBus _bus;
    private readonly NicDriver _driver;
    private readonly DmaBuffer _ring;
    private readonly DmaBuffer _completions;
    private readonly DmaBuffer _data;
    private readonly ulong _context;
    private int _nextSlot;
    private uint _tail;
    private uint _consumer;
    private uint _sequence = 1;

    /// <summary>Powers a card on and brings a flow to the point where it can send.</summary>
    /// <param name="cipher">Algorithm of the flow, TLS 1.3.</param>
    /// <exception cref="ModelException">The card does not come up.</exception>
    public TransmitPath(TlsCipher cipher)
    {
        var memory = new HostMemory();
        var trace = new TraceSource(_loop, 0);
        _bus = new InProcessBus(_loop, memory, trace);
        var device = new NicDevice(_loop, _bus, _wire, trace);
        device.InternalBus.Attach(new FirmwareImage(device.InternalBus, _loop));
        _bus.Attach(device.Function);
        _driver = new NicDriver(_bus, _loop, this, new NicOptions());
        _driver.Start();
        Await(() => _driver.State == NicState.Running && _driver.LinkUp);

        _ring = _bus.AllocateDma(Unsafe.SizeOf<DataDescriptor>() << RingLog2);
        _completions = _bus.AllocateDma(Unsafe.SizeOf<TxCompletion>() << CompletionLog2);
        _data = _bus.AllocateDma(Slots * SlotBytes);
        _context = Install(cipher);
        EnableQueue();
        for (int slot = 0; slot < Slots; slot++)
        {
            WriteChain(_data.Span.Slice(slot * SlotBytes, HeaderBytes + (RecordsPerChain * WireRecordBytes)));
        }
    }

    /// <summary>Frames on the wire so far.</summary>
    public long Frames => _wire.Frames;

    /// <summary>Bytes on the wire so far.</summary>
    public long WireBytes => _wire.Bytes;

    /// <summary>Posts chains with one doorbell and runs until all their frames are on the wire and all are completed.</summary>
    /// <param name="chains">1 to 32.</param>
    /// <exception cref="ModelException">The card refused a chain.</exception>
    public void Send(int chains)
    {
        long frames = _wire.Frames + ((long)chains * FramesPerChain);
        for (int i = 0; i < chains; i++)
        {
            Post();
        }

        Write(NativeMap.Doorbell, NativeMap.Doorbell.TxTail, _tail);
        uint due = _consumer + (uint)chains;
        while (_consumer != due || _wire.Frames != frames)
        {
            if (!_loop.RunNext())
            {
                throw new ModelException("The card came to rest before all chains had left.");
            }

            Reap();
        }

        Write(NativeMap.Doorbell, NativeMap.Doorbell.TxConsumer, _consumer);
    }

    /// <summary>Takes the card out of use.</summary>
    public void Dispose()
    {
        _driver.Dispose();
        _ring.Dispose();
        _completions.Dispose();
        _data.Dispose();
    }

    private void Post()
    {
        int slot = _nextSlot;
        _nextSlot = (slot + 1) % Slots;
        ulong at = _data.BusAddress + (ulong)(slot * SlotBytes);
        BinaryPrimitives.WriteUInt32BigEndian(_data.Span[((slot * SlotBytes) + SequenceOffset)..], _sequence);
        unchecked
        {
            _sequence += RecordsPerChain * WireRecordBytes;
        }

        ulong payload = at + HeaderBytes;
        Stage(new DataDescriptor
        {
            Opcode = TxOpcode.Data,
            Flags = TxFlags.More,
            SegmentCount = 2,
            Offloads = TxOffloads.Segmentation | TxOffloads.Tls,
            Cookie = _tail,
            Handle = _context,
            Mss = Mss,
            HeaderLength = HeaderBytes,
            Address0 = at,
            Length0 = HeaderBytes,
            Address1 = payload,
            Length1 = WireRecordBytes,
        });
        Stage(new DataDescriptor
        {
            Opcode = TxOpcode.Data,
            Flags = TxFlags.More,
            SegmentCount = 2,
            Address0 = payload + WireRecordBytes,
            Length0 = WireRecordBytes,
            Address1 = payload + (2 * WireRecordBytes),
            Length1 = WireRecordBytes,
        });
        Stage(new DataDescriptor
        {
            Opcode = TxOpcode.Data,
            Flags = TxFlags.Complete,
            SegmentCount = 1,
            Address0 = payload + (3 * WireRecordBytes),
            Length0 = WireRecordBytes,
        });
    }

    private void Stage(in DataDescriptor descriptor)
    {
        int slot = (int)(_tail++ & ((1u << RingLog2) - 1));
        MemoryMarshal.Write(_ring.Span[(slot * Unsafe.SizeOf<DataDescriptor>())..], descriptor);
    }

    private void Reap()
    {
        int slot = (int)(_consumer & ((1u << CompletionLog2) - 1));
        var entry = MemoryMarshal.Read<TxCompletion>(_completions.Span[(slot * Unsafe.SizeOf<TxCompletion>())..]);
        uint phase = (_consumer >> CompletionLog2 & 1) ^ 1;
        if (entry.QueueAndPhase >> 31 != phase)
        {
            return;
        }

        if (entry.Status != TxStatus.Ok)
        {
            throw new ModelException($"The card completed a chain with {entry.Status}.");
        }

        _consumer++;
    }

    private ulong Install(TlsCipher cipher)
    {
        var key = new byte[TlsRecordLayout.KeyLengthOf(cipher)];
        var iv = new byte[TlsRecordLayout.NonceLength];
        MailboxResult result = default;
        _driver.Tls.CreateKey(cipher, key, r => result = r);
        Await(() => result.Answered);
        var request = new TxCreateRequest { KeyHandle = result.Handle, Version = TlsVersion.Tls13, Queue = Queue, StartSequence = _sequence };
        result = default;
        _driver.Tls.CreateTx(request, iv, r => result = r);
        Await(() => result.Answered);
        return result.Ok ? result.Handle : throw new ModelException($"The card refused the context: {result.Status}.");
    }

    private void EnableQueue()
    {
        QueueBlock map = NativeMap.TxQueue;
        _bus.Write(map.Bar, map.OffsetOf(map.Base, Queue), 8, _ring.BusAddress);
        Write(map, map.RingSize, RingLog2);
        _bus.Write(map.Bar, map.OffsetOf(map.CompletionBase, Queue), 8, _completions.BusAddress);
        Write(map, map.CompletionSize, CompletionLog2);
        Write(map, map.Control, map.Enable.Mask);
    }

    private void Write(RegisterBlock block, Register register, uint value) => _bus.Write(block.Bar, block.OffsetOf(register, Queue), 4, value);

    private void Await(Func<bool> condition)
    {
        if (!_loop.RunUntil(condition, BringUpLimitPs))
        {
            throw new ModelException("The card does not come up.");
        }
    }

    private static void WriteChain(Span<byte> chain)
    {
        chain[0] = 0x02;
        chain[6] = 0x02;
        BinaryPrimitives.WriteUInt16BigEndian(chain[12..], 0x0800);
        Span<byte> ip = chain[14..];
        ip[0] = 0x45;
        ip[8] = 64;
        ip[9] = 6;
        ReadOnlySpan<byte> addresses = [192, 0, 2, 1, 192, 0, 2, 2];
        addresses.CopyTo(ip[12..]);
        Span<byte> tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 443);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 50000);
        tcp[12] = 8 << 4;
        tcp[13] = 0x18;
        ReadOnlySpan<byte> timestamps = [1, 1, 8, 10];
        timestamps.CopyTo(tcp[20..]);
        for (int record = 0; record < RecordsPerChain; record++)
        {
            Span<byte> at = chain[(HeaderBytes + (record * WireRecordBytes))..];
            at[0] = (byte)TlsContentType.ApplicationData;
            BinaryPrimitives.WriteUInt16BigEndian(at[1..], TlsRecordLayout.HeaderVersion);
            BinaryPrimitives.WriteUInt16BigEndian(at[3..], BodyBytes + TlsRecordLayout.TagLength);
            for (int i = 0; i < BodyBytes - 1; i++)
            {
                at[TlsRecordLayout.HeaderLength + i] = (byte)(i * 31);
            }

            // RFC 8446 §5.2: the inner content type is the last byte before the tag.
            at[TlsRecordLayout.HeaderLength + BodyBytes - 1] = (byte)TlsContentType.ApplicationData;
        }
    }
}
