using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Tls;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>Writes event streams by hand, as a card with its driver would emit them.</summary>
internal sealed class SanitizerBench
{
    public const ulong Ring = 0x10_0000;
    public const ulong Context = 0x0001_0000_0180_0000;
    public const ulong Receive = 0x0001_0000_01C0_0000;
    public const ulong Key = 0x0001_0000_0140_0000;
    public const uint Start = 1000;
    private const uint Vectors = 33;

    private readonly Dictionary<ulong, byte[]> _memory = [];
    private uint _tail;
    private uint _cookie;

    public SanitizerBench()
    {
        Sanitizer = new DriverSanitizer(new SanitizerOptions { Memory = Peek });
    }

    public DriverSanitizer Sanitizer { get; }

    public long TimePs { get; set; }

    /// <summary>Everything that happened, for trace files.</summary>
    public List<(TraceEvent Event, byte[] Data)> Events { get; } = [];

    public void Emit(TraceEvent e, ReadOnlySpan<byte> data = default)
    {
        TimePs += 1_000_000;
        e = e with { TimePs = TimePs };
        Events.Add((e, data.ToArray()));
        Sanitizer.On(e, data);
    }

    public void Write(RegisterBlock block, Register register, uint value, int instance = 0) =>
        Emit(new TraceEvent { Kind = TraceEventKind.MmioWrite, Index = block.Bar, Address = block.OffsetOf(register, instance), Length = 4, Value = value });

    public void Write64(RegisterBlock block, Register low, ulong value, int instance = 0) =>
        Emit(new TraceEvent { Kind = TraceEventKind.MmioWrite, Index = block.Bar, Address = block.OffsetOf(low, instance), Length = 8, Value = value });

    public void Read(RegisterBlock block, Register register, uint value = 0, int instance = 0, int width = 4) => ReadAt(block.Bar, block.OffsetOf(register, instance), value, width);

    public void ReadAt(int bar, ulong offset, uint value = 0, int width = 4) =>
        Emit(new TraceEvent { Kind = TraceEventKind.MmioRead, Index = bar, Address = offset, Length = width, Value = value });

    public void Config(ulong offset, uint value, int width = 2) =>
        Emit(new TraceEvent { Kind = TraceEventKind.ConfigWrite, Address = offset, Length = width, Value = value });

    public void Refuse(GuestErrorCode code, string text, ulong address = 0, ulong value = 0, int index = 0) =>
        Emit(new TraceEvent { Kind = TraceEventKind.GuestError, Code = (int)code, Text = text, Address = address, Value = value, Index = index });

    /// <summary>MSI-X on, every entry written and unmasked.</summary>
    public void PrepareVectors()
    {
        Config(0x52, 0xC000);
        for (uint vector = 0; vector < Vectors; vector++)
        {
            WriteTable((16 * vector) + 0, 0xFEE0_0000);
            WriteTable((16 * vector) + 8, vector);
            WriteTable((16 * vector) + 12, 0);
        }

        Config(0x52, 0x8000);
    }

    public void WriteTable(uint offset, uint value) =>
        Emit(new TraceEvent { Kind = TraceEventKind.MmioWrite, Index = 4, Address = offset, Length = 4, Value = value });

    public void StartTx(int queue = 0, ulong at = Ring, int log2 = 8, int completionLog2 = 8) => StartQueue(NativeMap.TxQueue, queue, at, log2, completionLog2);

    public void StartRx(int queue = 0, ulong at = Ring + 0x4_0000, int log2 = 8, int completionLog2 = 8) => StartQueue(NativeMap.RxQueue, queue, at, log2, completionLog2);

    public void StartEvents(int log2 = 8)
    {
        Write64(NativeMap.Event, NativeMap.Event.Base, Ring + 0x8_0000);
        Write(NativeMap.Event, NativeMap.Event.RingSize, (uint)log2);
        Write(NativeMap.Event, NativeMap.Event.Control, 1);
    }

    /// <summary>The card queues an event.</summary>
    public void Event(uint index, EventEntry entry) => Entry(Ring + 0x8_0000 + (32 * index), entry);

    /// <summary>The card writes a completion, status word last.</summary>
    public void Entry<T>(ulong address, T entry)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref entry, 1));
        Emit(new TraceEvent { Kind = TraceEventKind.DmaWrite, Address = address, Length = bytes.Length - 4 }, bytes[..^4]);
        Emit(new TraceEvent { Kind = TraceEventKind.DmaWrite, Address = address + (ulong)bytes.Length - 4, Length = 4 }, bytes[^4..]);
    }

    public void Put<T>(ulong address, T value)
        where T : unmanaged => _memory[address] = MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref value, 1)).ToArray();

    public void Put(ulong address, byte[] bytes) => _memory[address] = bytes;

    /// <summary>Posts a transmit descriptor, rings, and lets the card fetch it.</summary>
    public void Post<T>(T descriptor)
        where T : unmanaged
    {
        ulong address = Ring + (64 * (ulong)_tail);
        Put(address, descriptor);
        Write(NativeMap.Doorbell, NativeMap.Doorbell.TxTail, ++_tail);
        Dma(address, _memory[address]);
    }

    public void Dma(ulong address, byte[] bytes, int status = 0) =>
        Emit(new TraceEvent { Kind = TraceEventKind.DmaRead, Address = address, Length = bytes.Length, Code = status }, bytes);

    public void Complete(TxStatus status = TxStatus.Ok, ulong handle = 0) =>
        Emit(new TraceEvent { Kind = TraceEventKind.Completion, Code = (int)status, Value = _cookie++, Handle = handle });

    public void CompleteRx(RxStatus status = RxStatus.Ok) =>
        Emit(new TraceEvent { Kind = TraceEventKind.Completion, Code = (int)status, Flags = 1 });

    /// <summary>Starts a queue and installs a TLS 1.3 transmit context on it.</summary>
    public void Offload(ulong handle = Context, uint start = Start, ulong number = 0)
    {
        if (_tail == 0)
        {
            StartTx();
        }

        Emit(new TraceEvent { Kind = TraceEventKind.ContextInstalled, Handle = handle, TcpSequence = start, RecordNumber = number, Code = (int)TlsCipher.Aes128Gcm, Value = (ulong)TlsVersion.Tls13 });
    }

    /// <summary>The driver sends a chain under a context.</summary>
    public void Data(uint sequence, byte[] payload, ulong handle = Context, TxStatus status = TxStatus.Ok)
    {
        byte[] frame = SanitizerFrames.Outgoing(sequence, payload);
        Post(new DataDescriptor { Opcode = TxOpcode.Data, SegmentCount = 1, Offloads = TxOffloads.Tls, Handle = handle, HeaderLength = 54, Address0 = 0x9000_0000, Length0 = (uint)frame.Length });
        Emit(new TraceEvent { Kind = TraceEventKind.HostFrameSent, Length = frame.Length, Handle = handle }, frame);
        Complete(status, handle);
    }

    /// <summary>A frame leaves; sealed by the card when a handle is given.</summary>
    public void Wire(uint sequence, byte[] payload, ulong handle = Context)
    {
        byte[] frame = SanitizerFrames.Outgoing(sequence, payload);
        Emit(new TraceEvent { Kind = TraceEventKind.FrameSent, Length = frame.Length, Handle = handle }, frame);
    }

    public void Position(uint start, ulong number, int recordLength, byte type = 23, ulong handle = Context, TxStatus status = TxStatus.Ok)
    {
        Post(new PositionDescriptor { Opcode = TxOpcode.Position, Handle = handle, RecordStartSequence = start, RecordNumber = number, LengthField = (ushort)(recordLength - 5), RecordType = type, HeaderVersion = 0x0303 });
        Complete(status, handle);
    }

    public void Replay(byte[] plaintext, TxStatus status = TxStatus.Ok)
    {
        Post(new ReplayDescriptor { Opcode = TxOpcode.Replay, SegmentCount = 1, Handle = Context, Address0 = 0x9100_0000, Length0 = (uint)plaintext.Length });
        Dma(0x9100_0000, plaintext);
        Complete(status, Context);
    }

    /// <summary>Posts a descriptor without data and completes it.</summary>
    public void Control<T>(T descriptor, ulong handle = 0, TxStatus status = TxStatus.Ok)
        where T : unmanaged
    {
        Post(descriptor);
        Complete(status, handle);
    }

    /// <summary>Installs a receive context for the incoming flow.</summary>
    public void OffloadReceive()
    {
        Emit(new TraceEvent { Kind = TraceEventKind.ContextInstalled, Flags = 1, Handle = Receive, TcpSequence = Start, Code = (int)TlsCipher.Aes128Gcm, Value = (ulong)TlsVersion.Tls13 });
        Command(MailboxOpcode.RxCreate, MailboxStatus.Ok, Receive, SanitizerFrames.Rule());
    }

    public void Arrives(uint sequence, byte[] payload)
    {
        byte[] frame = SanitizerFrames.Incoming(sequence, payload);
        Emit(new TraceEvent { Kind = TraceEventKind.FrameReceived, Length = frame.Length }, frame);
    }

    public void Answer(ResyncAnswerKind kind, uint sequence, ulong number, TxStatus status = TxStatus.Ok)
    {
        Post(new ResyncAnswerDescriptor { Opcode = TxOpcode.ResyncAnswer, Kind = kind, Handle = Receive, Sequence = sequence, RecordNumber = number });
        Complete(status, Receive);
    }

    /// <summary>A mailbox command from request to result, with its result read.</summary>
    public void Command(MailboxOpcode opcode, MailboxStatus status, ulong handle = 0, byte[]? request = null)
    {
        for (int i = 0; i < (request?.Length ?? 0); i += 4)
        {
            Emit(new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = MailboxBlock.RequestOffset + (ulong)i, Length = 4, Value = BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(i)) });
        }

        Go(opcode);
        Emit(new TraceEvent { Kind = TraceEventKind.MailboxCommand, Code = (int)opcode, Value = (ulong)status, Handle = handle });
        Read(NativeMap.Mailbox, NativeMap.Mailbox.Status, 2);
    }

    public void Go(MailboxOpcode opcode) => Write(NativeMap.Mailbox, NativeMap.Mailbox.Control, 0x8000_0000 | (uint)opcode);

    /// <summary>Bytes of a structure, for requests.</summary>
    public static byte[] BytesOf<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref value, 1)).ToArray();

    private void StartQueue(QueueBlock block, int queue, ulong at, int log2, int completionLog2)
    {
        Write64(block, block.Base, at, queue);
        Write(block, block.RingSize, (uint)log2, queue);
        Write64(block, block.CompletionBase, at + 0x2_0000, queue);
        Write(block, block.CompletionSize, (uint)completionLog2, queue);
        Write(block, block.Vector, 1, queue);
        Write(block, block.Control, 1, queue);
    }

    private bool Peek(int device, ulong address, Span<byte> data)
    {
        if (!_memory.TryGetValue(address, out byte[]? bytes) || bytes.Length < data.Length)
        {
            return false;
        }

        bytes.AsSpan(0, data.Length).CopyTo(data);
        return true;
    }
}
