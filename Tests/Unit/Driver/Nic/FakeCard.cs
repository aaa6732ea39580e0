using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>A card made of a script: registers hold what was written or what the test put there; rings are filled by the test.</summary>
internal sealed class FakeCard : IDeviceBus
{
    private readonly Dictionary<(int Bar, ulong Offset), uint> _registers = [];
    private readonly Dictionary<int, Action> _handlers = [];
    private readonly byte[] _config = new byte[256];
    private ulong _nextBusAddress = 0x1000_0000;
    private uint _eventIndex;
    private readonly uint[] _txIndex = new uint[NativeDevice.QueuePairs];
    private readonly uint[] _rxIndex = new uint[NativeDevice.QueuePairs];

    public FakeCard()
    {
        foreach (RegisterBlock block in NativeMap.Blocks)
        {
            for (int i = 0; i < block.Count; i++)
            {
                foreach (Register register in block.Registers) _registers[(block.Bar, block.OffsetOf(register, i))] = register.ResetValue;
            }
        }

        this[NativeMap.Device, NativeMap.Device.Status] = 1;
        this[NativeMap.Firmware, NativeMap.Firmware.Status] = (uint)FirmwareState.Ready;
        this[NativeMap.Port, NativeMap.Port.MacLow] = 0x9910_0002;
        this[NativeMap.Port, NativeMap.Port.MacHigh] = 0x0000_BBAA;
        BinaryPrimitives.WriteUInt32LittleEndian(_config, 0x7C01_4E1D);
        _config[0x06] = 0x10;
        _config[0x34] = 0x40;
        _config[0x40] = 0x11;
        _config[0x42] = 32;
        _config[0x44] = NativeDevice.MsixBar;
    }

    public bool Gone { get; set; }

    /// <summary>Whether the program in the card counts up no more.</summary>
    public bool Hung { get; set; }

    public List<FakeDma> Memory { get; } = [];

    /// <summary>Every register write but those to the MSI-X table, in order.</summary>
    public List<(int Bar, ulong Offset, ulong Value)> Writes { get; } = [];

    /// <summary>Called after GO; default: answers OK with handle 0x100, 0x101, and so on.</summary>
    public Action<MailboxOpcode, byte[]>? OnCommand { get; set; }

    public uint this[RegisterBlock block, Register register, int instance = 0]
    {
        get => _registers[(block.Bar, block.OffsetOf(register, instance))];
        set => _registers[(block.Bar, block.OffsetOf(register, instance))] = value;
    }

    public uint ConfigRead(int offset, int width)
    {
        if (Gone) return width == 4 ? uint.MaxValue : (1u << (8 * width)) - 1;
        return width switch { 1 => _config[offset], 2 => BinaryPrimitives.ReadUInt16LittleEndian(_config.AsSpan(offset)), _ => BinaryPrimitives.ReadUInt32LittleEndian(_config.AsSpan(offset)) };
    }

    public void ConfigWrite(int offset, int width, uint value)
    {
        for (int i = 0; i < width; i++) _config[offset + i] = (byte)(value >> (8 * i));
    }

    public ulong Read(int bar, ulong offset, int width)
    {
        if (Gone) return width == 8 ? ulong.MaxValue : uint.MaxValue;
        if (!Hung && bar == 0 && offset == NativeMap.Firmware.OffsetOf(NativeMap.Firmware.Health)) this[NativeMap.Firmware, NativeMap.Firmware.Health]++;
        ulong low = _registers.GetValueOrDefault((bar, offset));
        return width == 8 ? low | ((ulong)_registers.GetValueOrDefault((bar, offset + 4)) << 32) : low;
    }

    public void Write(int bar, ulong offset, int width, ulong value)
    {
        if (Gone) return;
        if (bar != NativeDevice.MsixBar) Writes.Add((bar, offset, value));
        if (bar == 0 && offset == NativeMap.Mailbox.OffsetOf(NativeMap.Mailbox.Status))
        {
            _registers[(bar, offset)] &= ~((uint)value & NativeMap.Mailbox.Done.Mask);
            return;
        }

        _registers[(bar, offset)] = (uint)value;
        if (width == 8) _registers[(bar, offset + 4)] = (uint)(value >> 32);
        if (bar == 0 && offset == NativeMap.Device.OffsetOf(NativeMap.Device.Control)) _registers[(bar, offset)] &= 0x7FFF_FFFF;
        if (bar == 0 && offset == NativeMap.Mailbox.OffsetOf(NativeMap.Mailbox.Control)) Command((uint)value);
        if (bar == 0) MirrorEnable(offset, (uint)value);
    }

    public DmaBuffer AllocateDma(int bytes)
    {
        var memory = new FakeDma(_nextBusAddress, bytes);
        _nextBusAddress += (ulong)((bytes + 0xFFFF) & ~0xFFF);
        Memory.Add(memory);
        return memory;
    }

    public MsixMessage? OnInterrupt(int vector, Action handler)
    {
        _handlers[vector] = handler;
        return new(0xFEE0_0000 + ((ulong)vector << 12), 0x40u + (uint)vector);
    }

    public void Interrupt(int vector) => _handlers[vector]();

    public Span<byte> At(ulong busAddress, int length)
    {
        foreach (FakeDma memory in Memory)
        {
            if (!memory.Disposed && busAddress >= memory.BusAddress && busAddress + (ulong)length <= memory.BusAddress + (ulong)memory.Length)
            {
                return memory.Span.Slice((int)(busAddress - memory.BusAddress), length);
            }
        }

        throw new AssertionException($"bus address 0x{busAddress:X} + {length} is not mapped");
    }

    public ReadOnlySpan<byte> TxDescriptor(uint index, int queue = 0) => At(Base(NativeMap.TxQueue, NativeMap.TxQueue.Base, queue) + ((ulong)(index & (Entries(NativeMap.TxQueue, NativeMap.TxQueue.RingSize, queue) - 1)) * 64), 64);

    public T TxDescriptor<T>(uint index, int queue = 0)
        where T : unmanaged => MemoryMarshal.Read<T>(TxDescriptor(index, queue));

    public void Answer(MailboxStatus status, ulong handle = 0)
    {
        MailboxBlock map = NativeMap.Mailbox;
        this[map, map.Status] = map.Error.Insert(0, (uint)status) | map.Done.Mask;
        this[map, map.ReplyLength] = handle == 0 ? 0u : 8;
        _registers[(0, MailboxBlock.ReplyOffset)] = (uint)handle;
        _registers[(0, MailboxBlock.ReplyOffset + 4)] = (uint)(handle >> 32);
        QueueEvent(new EventEntry { Code = EventCode.MailboxDone });
    }

    public void QueueEvent(EventEntry entry)
    {
        EventBlock map = NativeMap.Event;
        WriteEntry(Base(map, map.Base, 0), Entries(map, map.RingSize, 0), _eventIndex++, entry, 32);
    }

    public void CompleteTx(uint cookie, uint head, TxStatus status = TxStatus.Ok, TxOpcode opcode = TxOpcode.Data, int queue = 0)
    {
        QueueBlock map = NativeMap.TxQueue;
        var completion = new TxCompletion { Cookie = cookie, Head = head, Status = status, Opcode = opcode, Frames = 1, QueueAndPhase = (uint)queue };
        WriteEntry(Base(map, map.CompletionBase, queue), Entries(map, map.CompletionSize, queue), _txIndex[queue]++, completion, 16);
    }

    public void Receive(uint cookie, ReadOnlySpan<byte> frame, RxCompletion completion, int queue = 0)
    {
        QueueBlock map = NativeMap.RxQueue;
        uint entries = Entries(map, map.RingSize, queue);
        ulong ring = Base(map, map.Base, queue);
        for (uint slot = 0; slot < entries; slot++)
        {
            var descriptor = MemoryMarshal.Read<RxDescriptor>(At(ring + (slot * 16), 16));
            if (descriptor.Cookie == cookie) frame.CopyTo(At(descriptor.Address, (int)descriptor.Length));
        }

        WriteEntry(Base(map, map.CompletionBase, queue), Entries(map, map.CompletionSize, queue), _rxIndex[queue]++, completion with { Cookie = cookie }, 64);
    }

    private void Command(uint control)
    {
        MailboxBlock map = NativeMap.Mailbox;
        var request = new byte[map.Length.Extract(control)];
        for (int i = 0; i < request.Length; i += 4) BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(i), _registers.GetValueOrDefault((0, MailboxBlock.RequestOffset + (ulong)i)));
        OnCommand?.Invoke((MailboxOpcode)map.Opcode.Extract(control), request);
    }

    private void MirrorEnable(ulong offset, uint value)
    {
        for (int i = 0; i < NativeDevice.QueuePairs; i++)
        {
            if (offset == NativeMap.TxQueue.OffsetOf(NativeMap.TxQueue.Control, i)) this[NativeMap.TxQueue, NativeMap.TxQueue.Status, i] = value & 1;
            if (offset == NativeMap.RxQueue.OffsetOf(NativeMap.RxQueue.Control, i)) this[NativeMap.RxQueue, NativeMap.RxQueue.Status, i] = value & 1;
        }
    }

    private ulong Base(RegisterBlock block, Register register, int instance) => Read(0, block.OffsetOf(register, instance), 8);

    private uint Entries(RegisterBlock block, Register size, int instance) => 1u << (int)this[block, size, instance];

    private void WriteEntry<T>(ulong ring, uint entries, uint index, T entry, int bytes)
        where T : unmanaged
    {
        Span<byte> at = At(ring + ((index & (entries - 1)) * (uint)bytes), bytes);
        MemoryMarshal.Write(at, entry);
        uint last = BinaryPrimitives.ReadUInt32LittleEndian(at[^4..]) & 0x7FFF_FFFF;
        BinaryPrimitives.WriteUInt32LittleEndian(at[^4..], last | ((index / entries) % 2 == 0 ? 0x8000_0000 : 0));
    }

    internal sealed class FakeDma(ulong busAddress, int bytes) : DmaBuffer
    {
        private readonly byte[] _bytes = new byte[bytes];

        public bool Disposed { get; private set; }

        public override ulong BusAddress => busAddress;

        public override Span<byte> Span => _bytes;

        protected override void Dispose(bool disposing) => Disposed = true;
    }
}
