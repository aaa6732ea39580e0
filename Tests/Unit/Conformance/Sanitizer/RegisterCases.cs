using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>NE1xxx, NE4xxx and NE5xxx.</summary>
internal static class RegisterCases
{
    private static readonly Action<SanitizerBench> Usual = b =>
    {
        b.PrepareVectors();
        b.StartTx();
        b.Read(NativeMap.Device, NativeMap.Device.Status, 3);
        b.Command(MailboxOpcode.QueryFirmware, MailboxStatus.Ok);
    };

    public static IEnumerable<RuleCase> All =>
    [
        new("NE1001", b => b.Refuse(GuestErrorCode.UnknownRegister, "read", 0x900), Usual),
        new("NE1002", b => b.Refuse(GuestErrorCode.UnalignedAccess, "read", 0x9), Usual),
        new("NE1003", b => b.Refuse(GuestErrorCode.IllegalWrite, "reserved bits", 0x8, 0xFF00), Usual),
        new("NE1004", b => b.Refuse(GuestErrorCode.MemorySpaceDisabled, "read", 0x8), Usual),
        new(
            "NE1005",
            b =>
            {
                b.Write(NativeMap.Device, NativeMap.Device.Control, 0x8000_0000);
                b.Read(NativeMap.Firmware, NativeMap.Firmware.Status);
            },
            b =>
            {
                b.Write(NativeMap.Device, NativeMap.Device.Control, 0x8000_0000);
                b.Read(NativeMap.Device, NativeMap.Device.Status, 0x8000_0000);
                b.Read(NativeMap.Device, NativeMap.Device.Status);
                b.Read(NativeMap.Firmware, NativeMap.Firmware.Status);
            }),
        new("NE1006", b => b.Read(NativeMap.Doorbell, NativeMap.Doorbell.TxArm), b => b.Read(NativeMap.Doorbell, NativeMap.Doorbell.TxTail)),
        new(
            "NE1007",
            b => b.ReadAt(0, NativeMap.Statistics.OffsetOf(NativeMap.Statistics.TxFrames) + 4),
            b =>
            {
                b.Read(NativeMap.Statistics, NativeMap.Statistics.TxFrames);
                b.ReadAt(0, NativeMap.Statistics.OffsetOf(NativeMap.Statistics.TxFrames) + 4);
                b.Read(NativeMap.Statistics, NativeMap.Statistics.RxFrames, width: 8);
            }),
        new("NE1008", b => Spin(b, 0), b => Spin(b, 1_000_000)),
        new("NE1101", b => b.Refuse(GuestErrorCode.Mailbox, "GO while BUSY", 0x100), Usual),
        new(
            "NE1102",
            b =>
            {
                b.Go(MailboxOpcode.KeySync);
                b.Emit(new TraceEvent { Kind = TraceEventKind.MmioWrite, Address = 0x200, Length = 4 });
            },
            b => b.Command(MailboxOpcode.TxDestroy, MailboxStatus.Ok, 1, new byte[8])),
        new("NE1103", b => b.Command(MailboxOpcode.TxCreate, MailboxStatus.BadLength), Usual),
        new(
            "NE1104",
            b =>
            {
                b.Go(MailboxOpcode.KeySync);
                b.Emit(new TraceEvent { Kind = TraceEventKind.MailboxCommand, Code = (int)MailboxOpcode.KeySync });
                b.Go(MailboxOpcode.KeySync);
            },
            b =>
            {
                b.Command(MailboxOpcode.KeySync, MailboxStatus.Ok);
                b.Go(MailboxOpcode.KeySync);
            }),
        new("NE1105", b => b.Command(MailboxOpcode.KeyCreate, MailboxStatus.NoKeyStaged), Usual),
        new("NE1106", b => Stage(b, MailboxStatus.Unsupported), b => Stage(b, MailboxStatus.TableFull)),
        new("NE1107", b => b.Command(MailboxOpcode.SetLink, MailboxStatus.NotReady), Usual),
        new("NE1108", b => b.Command(MailboxOpcode.KeyCreate, MailboxStatus.Unsupported), Usual),
        new("NE1109", b => b.Command(MailboxOpcode.RxActivate, MailboxStatus.BadState, 1), Usual),
        new("NE4001", b => b.Emit(new TraceEvent { Kind = TraceEventKind.InterruptRaised, Index = 1, Code = 1 }), b => b.Emit(new TraceEvent { Kind = TraceEventKind.InterruptRaised, Index = 1 })),
        new(
            "NE4002",
            b =>
            {
                b.StartTx();
                b.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxArm, 0);
            },
            b =>
            {
                b.PrepareVectors();
                b.StartTx();
                b.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxArm, 0);
            }),
        new("NE4003", b => Forget(b, arms: false), b => Forget(b, arms: true)),
        new("NE4004", b => b.Refuse(GuestErrorCode.NotBusMaster, "interrupt", 0xFEE0_0000), Usual),
        new(
            "NE4005",
            b =>
            {
                b.PrepareVectors();
                b.WriteTable(0x18, 7);
            },
            b =>
            {
                b.PrepareVectors();
                b.WriteTable(0x1C, 1);
                b.WriteTable(0x18, 7);
                b.WriteTable(0x1C, 0);
            }),
        new(
            "NE5001",
            b =>
            {
                b.Config(4, 6);
                b.StartTx();
                b.Config(4, 2);
            },
            b =>
            {
                b.Config(4, 6);
                b.StartTx();
                b.Write(NativeMap.TxQueue, NativeMap.TxQueue.Control, 0);
                b.Config(4, 2);
            }),
        new("NE5002", b => Unbind(b, destroys: false), b => Unbind(b, destroys: true)),
        new(
            "NE5003",
            b =>
            {
                b.Emit(new TraceEvent { Kind = TraceEventKind.Reset, Code = 2, Value = 2 });
                b.Command(MailboxOpcode.TxDestroy, MailboxStatus.StaleHandle, SanitizerBench.Context);
            },
            b => b.Command(MailboxOpcode.TxDestroy, MailboxStatus.StaleHandle, SanitizerBench.Context)),
        new(
            "NE5004",
            b =>
            {
                b.StartTx();
                b.Emit(new TraceEvent { Kind = TraceEventKind.Reset, Code = 2, Value = 2 });
                b.Refuse(GuestErrorCode.DoorbellRange, "doorbell of a queue that does not run", 0, 1);
            },
            b => b.Refuse(GuestErrorCode.DoorbellRange, "doorbell of a queue that does not run", 0, 1)),
        new("NE5005", b => Gone(b, 20), b => Gone(b, 3)),
        new(
            "NE5006",
            b =>
            {
                b.Go(MailboxOpcode.KeySync);
                b.Emit(new TraceEvent { Kind = TraceEventKind.Reset, Code = 2, Value = 2 });
            },
            b =>
            {
                b.Command(MailboxOpcode.KeySync, MailboxStatus.Ok);
                b.Emit(new TraceEvent { Kind = TraceEventKind.Reset, Code = 2, Value = 2 });
            }),
        Told("NE5101", new EventEntry { Code = EventCode.InvariantTrap, Data = 1 }),
        Told("NE5102", new EventEntry { Code = EventCode.FirmwareChanged, Data = (uint)FirmwareState.Failed }),
        Told("NE5103", new EventEntry { Code = EventCode.SlotRetired, Handle = SanitizerBench.Key }),
    ];

    /// <summary>A rule that an entry of the event ring breaks, and a link change does not.</summary>
    public static RuleCase Told(string id, EventEntry entry) => new(id, b => Tell(b, entry), b => Tell(b, new EventEntry { Code = EventCode.LinkChanged, Data = 1 }));

    private static void Tell(SanitizerBench bench, EventEntry entry)
    {
        bench.StartEvents();
        bench.Event(0, entry);
    }

    private static void Spin(SanitizerBench bench, long stepPs)
    {
        for (int i = 0; i <= 1001; i++)
        {
            bench.Sanitizer.On(new TraceEvent { Kind = TraceEventKind.MmioRead, Address = 0x0C, Length = 4, TimePs = i * stepPs }, []);
        }
    }

    private static void Stage(SanitizerBench bench, MailboxStatus status)
    {
        bench.Write(NativeMap.KeyStage, NativeMap.KeyStage.Key[0], 0);
        bench.Command(MailboxOpcode.KeyCreate, status);
        bench.Command(MailboxOpcode.SetLink, MailboxStatus.Ok);
    }

    private static void Forget(SanitizerBench bench, bool arms)
    {
        bench.PrepareVectors();
        bench.StartTx();
        bench.Entry(SanitizerBench.Ring + 0x2_0000, new TxCompletion { QueueAndPhase = 0x8000_0000 });
        if (arms)
        {
            bench.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxArm, 0);
        }

        bench.TimePs += 500_000_000_000;
        bench.Entry(SanitizerBench.Ring + 0x2_0010, new TxCompletion { QueueAndPhase = 0x8000_0000 });
    }

    private static void Unbind(SanitizerBench bench, bool destroys)
    {
        bench.Config(4, 6);
        bench.Command(MailboxOpcode.KeyCreate, MailboxStatus.Ok, SanitizerBench.Key);
        if (destroys)
        {
            bench.Command(MailboxOpcode.KeyDestroy, MailboxStatus.Ok, SanitizerBench.Key);
        }

        bench.Config(4, 2);
    }

    private static void Gone(SanitizerBench bench, int reads)
    {
        for (int i = 0; i < reads; i++)
        {
            bench.Read(NativeMap.Device, NativeMap.Device.Status, uint.MaxValue);
        }
    }
}
