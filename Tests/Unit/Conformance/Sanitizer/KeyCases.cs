using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>NE32xx and NE33xx.</summary>
internal static class KeyCases
{
    private const uint Start = SanitizerBench.Start;
    private const int Length = 5 + 300 + 1 + 16;
    private const ulong Second = SanitizerBench.Context + 1;

    private static readonly byte[] Record = SanitizerFrames.Sealed(300);

    public static IEnumerable<RuleCase> All =>
    [
        Command("NE3201", MailboxOpcode.KeyDestroy, MailboxStatus.Busy),
        new("NE3202", b => Destroy(b, 2), b => Destroy(b, 1)),
        Command("NE3203", MailboxOpcode.TxDestroy, MailboxStatus.Busy),
        Command("NE3204", MailboxOpcode.TxDestroy, MailboxStatus.BadHandle),
        Command("NE3205", MailboxOpcode.TxCreate, MailboxStatus.TableFull),
        Command("NE3206", MailboxOpcode.RxCreate, MailboxStatus.Duplicate),
        Command("NE3207", MailboxOpcode.KeyCreate, MailboxStatus.EpochExhausted),
        new("NE3208", b => Share(b, 3), b => Share(b, 4)),
        new("NE3301", b => Answer(b, ResyncAnswerKind.Acknowledge, Start + Length, 2), b => Answer(b, ResyncAnswerKind.Acknowledge, Start + Length, 1)),
        new("NE3302", b => Answer(b, ResyncAnswerKind.Acknowledge, Start + Length + 4, 1), b => Answer(b, ResyncAnswerKind.NextRecordHint, Start + (2 * Length), 3)),
        new("NE3303", b => Answer(b, ResyncAnswerKind.Refuse, Start + Length, 0), b => Answer(b, ResyncAnswerKind.Refuse, Start + Length + 4, 0)),
        new("NE3304", b => AnswerWith(b, TxStatus.KeyStale), b => AnswerWith(b, TxStatus.Ok)),
        new("NE3305", b => AnswerWith(b, TxStatus.AnswerStale), b => AnswerWith(b, TxStatus.Ok)),
        new("NE3306", b => Ask(b, answers: false), b => Ask(b, answers: true)),
        RegisterCases.Told("NE3307", new EventEntry { Code = EventCode.ResyncStuck, Handle = SanitizerBench.Receive, Data = Start }),
        new("NE3308", b => Open(b, corrupted: false), b => Open(b, corrupted: true)),
        new("NE3309", b => Move(b, RxState.Off), b => Move(b, RxState.InSync)),
    ];

    private static RuleCase Command(string id, MailboxOpcode opcode, MailboxStatus status) =>
        new(id, b => b.Command(opcode, status, 5), b => b.Command(opcode, MailboxStatus.Ok, 5, new byte[80]));

    private static void Destroy(SanitizerBench bench, int times)
    {
        bench.Command(MailboxOpcode.KeyCreate, MailboxStatus.Ok, SanitizerBench.Key);
        for (int i = 0; i < times; i++)
        {
            bench.Command(MailboxOpcode.KeyDestroy, i == 0 ? MailboxStatus.Ok : MailboxStatus.StaleHandle, SanitizerBench.Key);
        }
    }

    private static void Share(SanitizerBench bench, ulong number)
    {
        bench.Command(MailboxOpcode.KeyCreate, MailboxStatus.Ok, SanitizerBench.Key);
        foreach (ulong context in (ulong[])[SanitizerBench.Context, Second])
        {
            bench.Offload(context);
            bench.Command(MailboxOpcode.TxCreate, MailboxStatus.Ok, context, SanitizerBench.BytesOf(new TxCreateRequest { KeyHandle = SanitizerBench.Key }));
        }

        bench.Emit(new TraceEvent { Kind = TraceEventKind.RecordProtected, Handle = SanitizerBench.Context, RecordNumber = 3 });
        bench.Emit(new TraceEvent { Kind = TraceEventKind.RecordProtected, Handle = Second, RecordNumber = number });
    }

    private static void Answer(SanitizerBench bench, ResyncAnswerKind kind, uint sequence, ulong number)
    {
        bench.StartTx();
        bench.OffloadReceive();
        bench.Arrives(Start, Record);
        bench.Answer(kind, sequence, number);
        // The answer is judged when the stream has come so far.
        bench.Arrives(Start + Length, [.. Record, .. Record]);
    }

    private static void AnswerWith(SanitizerBench bench, TxStatus status)
    {
        bench.StartTx();
        bench.OffloadReceive();
        bench.Answer(ResyncAnswerKind.Acknowledge, Start, 0, status);
    }

    private static void Ask(SanitizerBench bench, bool answers)
    {
        bench.StartTx();
        bench.StartRx();
        bench.OffloadReceive();
        bench.Entry(SanitizerBench.Ring + 0x6_0000, new RxCompletion { Verdict = RxVerdict.ResyncRequest, Handle = SanitizerBench.Receive, CandidateSequence = Start + Length, QueueAndPhase = 0x8000_0000 });
        if (answers)
        {
            bench.Answer(ResyncAnswerKind.Acknowledge, Start + Length, 1);
        }

        for (uint i = 0; i < 1000; i++)
        {
            bench.Arrives(Start + (i * Length), Record);
        }

        bench.TimePs += 200_000_000_000;
        bench.Arrives(Start + (1000 * Length), Record);
    }

    private static void Open(SanitizerBench bench, bool corrupted)
    {
        if (corrupted)
        {
            bench.Emit(new TraceEvent { Kind = TraceEventKind.NetworkEvent, Code = (int)NetworkAction.Corrupted });
        }

        bench.Emit(new TraceEvent { Kind = TraceEventKind.RecordOpened, Handle = SanitizerBench.Receive, Value = 0 });
    }

    private static void Move(SanitizerBench bench, RxState state)
    {
        bench.OffloadReceive();
        bench.Emit(new TraceEvent { Kind = TraceEventKind.ResyncStep, Handle = SanitizerBench.Receive, Code = (int)state, Text = "revoked" });
    }
}
