using System.Buffers.Binary;
using NicEmu.Board.Time;
using NicEmu.DeviceModel;
using NicEmu.Firmware;
using NicEmu.Spec.Events;
using NicEmu.Tests.Block.Core;
using NicEmu.Tests.Unit.Board;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>
/// A device on a bench: virtual time, four megabytes of memory, a captured wire, and raw register accesses. All numbers below are the manual's, typed
/// by hand: the bench shares no constant with the device.
/// </summary>
internal sealed class NativeBench
{
    public const ulong TxRing = FakeHost.Base + 0x0_0000;
    public const ulong TxCompletions = FakeHost.Base + 0x4_0000;
    public const ulong RxRing = FakeHost.Base + 0x8_0000;
    public const ulong RxCompletions = FakeHost.Base + 0xC_0000;
    public const ulong EventRing = FakeHost.Base + 0x10_0000;
    public const ulong Data = FakeHost.Base + 0x20_0000;
    public const ulong QueueStride = 0x4000;
    public const long Millisecond = 1_000_000_000;

    public NativeBench(bool withFirmware = true, bool start = true, int toeConnections = 0)
    {
        Trace = new TraceSource(Loop, 0) { Sink = Recorder };
        Host.Now = () => Loop.NowPs;
        Device = new NicDevice(Loop, Host, Link, Trace, new NicDeviceOptions { Toe = toeConnections > 0, ToeConnections = Math.Max(1, toeConnections) });
        if (withFirmware)
        {
            Firmware = new FirmwareImage(Device.InternalBus, Loop);
            Device.InternalBus.Attach(Firmware);
        }

        if (start)
        {
            Start();
        }
    }

    public EventLoop Loop { get; } = new();

    public FakeHost Host { get; } = new();

    public CaptureLink Link { get; } = new();

    public EventRecorder Recorder { get; } = new();

    public TraceSource Trace { get; }

    public NicDevice Device { get; }

    public FirmwareImage? Firmware { get; }

    public IEnumerable<GuestErrorCode> Errors => Recorder.Events.Where(static e => e.Kind == TraceEventKind.GuestError).Select(static e => (GuestErrorCode)e.Code);

    /// <summary>Memory and bus mastering on, MSI-X on and unmasked, firmware up, link up, queues may run.</summary>
    public void Start()
    {
        Enable();
        Run(Millisecond / 10);
        if (Firmware is not null)
        {
            Assert.That(Command(2, [1, 0, 0, 0]), Is.Zero, "SET_LINK");
        }

        Write(0, 0x0008, 0x3);
    }

    public void Enable()
    {
        Config(0x04, 0x0006, 2);
        Config(0x52, 0x8000, 2);
        for (uint vector = 0; vector < 33; vector++)
        {
            Write(4, 16 * vector, 0xFEE0_0000 + (0x100 * vector));
            Write(4, (16 * vector) + 8, 0xA0 + vector);
            Write(4, (16 * vector) + 12, 0);
        }
    }

    public void Run(long ps) => Loop.RunUntil(static () => false, ps);

    public void Config(int offset, uint value, int width)
    {
        Span<byte> data = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        Device.Function.ConfigWrite(offset, data[..width]);
    }

    public uint Config(int offset, int width = 4)
    {
        Span<byte> data = stackalloc byte[4];
        data.Clear();
        Device.Function.ConfigRead(offset, data[..width]);
        return BinaryPrimitives.ReadUInt32LittleEndian(data);
    }

    public void Write(int bar, ulong offset, ulong value, int width = 4)
    {
        Span<byte> data = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(data, value);
        Device.Function.BarWrite(bar, offset, data[..width]);
    }

    public uint Read(int bar, ulong offset) => (uint)Read(bar, offset, 4);

    public ulong Read(int bar, ulong offset, int width)
    {
        Span<byte> data = stackalloc byte[8];
        data.Clear();
        Device.Function.BarRead(bar, offset, data[..width]);
        return BinaryPrimitives.ReadUInt64LittleEndian(data);
    }

    /// <summary>Runs a mailbox command to its end.</summary>
    /// <returns>Its status.</returns>
    public uint Command(ushort opcode, byte[] request)
    {
        for (int i = 0; i < request.Length; i++)
        {
            Write(0, 0x200 + (ulong)i, request[i], 1);
        }

        Write(0, 0x100, 0x8000_0000 | ((uint)request.Length << 16) | opcode);
        Loop.RunUntil(() => (Read(0, 0x104) & 2) != 0, Millisecond);
        uint status = Read(0, 0x104);
        Assert.That(status & 3, Is.EqualTo(2), "DONE and not BUSY");
        Write(0, 0x104, 2);
        return status >> 8;
    }

    public byte[] Reply(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)Read(0, 0x300 + (ulong)i, 1))];

    public void EnableTx(int queue = 0, int log2 = 3, int completionLog2 = 4, int vector = 1)
    {
        ulong at = 0x4000 + (0x80 * (ulong)queue);
        Write(0, at, TxRing + (QueueStride * (ulong)queue), 8);
        Write(0, at + 0x08, (ulong)log2);
        Write(0, at + 0x20, TxCompletions + (QueueStride * (ulong)queue), 8);
        Write(0, at + 0x28, (ulong)completionLog2);
        Write(0, at + 0x30, (ulong)vector);
        Write(0, at + 0x0C, 1);
    }

    public void EnableRx(int queue = 0, int log2 = 3, int completionLog2 = 4, int vector = 17)
    {
        ulong at = 0x6000 + (0x80 * (ulong)queue);
        Write(0, at, RxRing + (QueueStride * (ulong)queue), 8);
        Write(0, at + 0x08, (ulong)log2);
        Write(0, at + 0x20, RxCompletions + (QueueStride * (ulong)queue), 8);
        Write(0, at + 0x28, (ulong)completionLog2);
        Write(0, at + 0x30, (ulong)vector);
        Write(0, at + 0x0C, 1);
    }

    public void EnableEvents(int log2 = 3)
    {
        Write(0, 0x500, EventRing, 8);
        Write(0, 0x508, (ulong)log2);
        Write(0, 0x50C, 1);
    }

    public void Doorbell(int queue, uint offset, uint value) => Write(2, (0x1000 * (ulong)queue) + offset, value);

    /// <summary>Writes a 64-byte descriptor.</summary>
    public void Descriptor(int queue, uint slot, byte[] bytes) =>
        bytes.CopyTo(Host.At(TxRing + (QueueStride * (ulong)queue) + (64 * slot), 64));

    public byte[] Completion(int queue, uint slot) =>
        Host.At(TxCompletions + (QueueStride * (ulong)queue) + (16 * slot), 16).ToArray();

    public byte[] RxCompletion(int queue, uint slot) =>
        Host.At(RxCompletions + (QueueStride * (ulong)queue) + (64 * slot), 64).ToArray();

    public void RxBuffer(int queue, uint slot, ulong address, uint length, uint cookie)
    {
        Span<byte> entry = Host.At(RxRing + (QueueStride * (ulong)queue) + (16 * slot), 16);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, address);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], cookie);
    }

    /// <summary>DATA with one segment.</summary>
    public static byte[] DataDescriptor(ulong address, uint length, uint cookie = 0, byte flags = 1)
    {
        var bytes = new byte[64];
        bytes[0] = 0x01;
        bytes[1] = flags;
        bytes[2] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), cookie);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), length);
        return bytes;
    }

    /// <summary>A descriptor of which only opcode, flags and cookie are not zero.</summary>
    public static byte[] BareDescriptor(byte opcode, uint cookie = 0, byte flags = 1)
    {
        var bytes = new byte[64];
        bytes[0] = opcode;
        bytes[1] = flags;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), cookie);
        return bytes;
    }

    /// <summary>Puts a broadcast frame of a private EtherType into memory.</summary>
    public ulong Frame(int slot, int length)
    {
        ulong address = Data + (0x800 * (ulong)slot);
        Span<byte> frame = Host.At(address, length);
        for (int i = 0; i < length; i++)
        {
            frame[i] = (byte)(i + slot);
        }

        frame[..6].Fill(0xFF);
        frame[12] = 0x88;
        frame[13] = 0xB5;
        return address;
    }
}
