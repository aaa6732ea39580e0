using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>NE30xx: what is sent under TLS.</summary>
internal static class TlsCases
{
    private const uint Start = SanitizerBench.Start;
    private const ulong Context = SanitizerBench.Context;
    private const ulong Second = Context + 1;
    private const int Length = 5 + 300 + 1 + 16;

    private static readonly byte[] Plain = SanitizerFrames.Plain(300);
    private static readonly byte[] Cipher = SanitizerFrames.Sealed(300);

    public static IEnumerable<RuleCase> All =>
    [
        new("NE3001", b => SendTwice(b, SanitizerFrames.Plain(300, 'b')), b => SendTwice(b, OtherFiller())),
        new("NE3002", b => Leave(b, Plain), b => Leave(b, Cipher)),
        new("NE3003", b => Leave(b, [.. Cipher[..^16], .. Plain[^16..]]), b => Leave(b, Cipher)),
        new("NE3004", b => LeaveUnasked(b, Plain), b => LeaveUnasked(b, Cipher)),
        new("NE3005", b => LeaveTwice(b, SanitizerFrames.Sealed(300, 2)), b => LeaveTwice(b, Cipher)),
        Status("NE3006", TxStatus.ContextInvalid, 0),
        new("NE3007", b => UseAfter(b, destroyed: true), b => UseAfter(b, destroyed: false)),
        Status("NE3008", TxStatus.WrongQueue),
        Status("NE3009", TxStatus.NotInSequence),
        Status("NE3010", TxStatus.BeforeStart),
        new("NE3011", b => Position(b, Start + Length, 2, Length), b => Position(b, Start + Length, 1, Length)),
        new("NE3012", b => Position(b, Start + Length + 1, 1, Length), b => Position(b, Start + Length, 1, Length)),
        Status("NE3013", TxStatus.SequenceBroken),
        Status("NE3014", TxStatus.ReplayShort),
        Status("NE3015", TxStatus.ReplayLong),
        new("NE3016", b => Replay(b, SanitizerFrames.Plain(300, 'b')[..100]), b => Replay(b, Plain[..100])),
        Status("NE3017", TxStatus.TagWithoutReplay),
        Status("NE3018", TxStatus.PassesHead),
        Status("NE3019", TxStatus.RecordMalformed),
        new("NE3020", b => Update(b, 2), b => Update(b, 1)),
        new("NE3021", b => Position(b, Start + Length, 0, Length), b => Position(b, Start + Length, 1, Length)),
        Status("NE3022", TxStatus.RecordLimit),
        Status("NE3023", TxStatus.ModeMismatch),
        new("NE3024", b => TwoContexts(b, Context), b => TwoContexts(b, Second)),
        new("NE3025", b => Renew(b, Start + 100), b => Renew(b, Start + Length)),
        Status("NE3026", TxStatus.TagWithoutRecord),
        Status("NE3027", TxStatus.RangeMalformed),
        new("NE3028", b => PlaceAndSend(b), b => PlaceAndSend(b, Fence)),
    ];

    /// <summary>What serves as a fence, or needs none.</summary>
    public static IEnumerable<(string Name, Action<SanitizerBench> Act)> NoNeedOfAFence =>
    [
        ("Fence", Fence),
        ("NopWithFlag", static b => b.Control(new FenceDescriptor { Opcode = TxOpcode.Nop, Flags = TxFlags.Fence })),
        ("Replay", static b => b.Replay(Plain[..10])),
        ("SetContextOfAnother", static b => b.Control(new SetContextDescriptor { Opcode = TxOpcode.SetContext, Handle = Second, Version = TlsVersion.Tls13 }, Second)),
        ("QueueReset", static b => b.Write(NativeMap.TxQueue, NativeMap.TxQueue.Control, 0x8000_0000)),
    ];

    public static void PlaceAndSend(SanitizerBench bench, Action<SanitizerBench>? between = null)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Control(new SetContextDescriptor { Opcode = TxOpcode.SetContext, Handle = Context, Version = TlsVersion.Tls13 }, Context);
        bench.Control(new SetProgressDescriptor { Opcode = TxOpcode.SetProgress, Handle = Context, RecordStartSequence = Start }, Context);
        between?.Invoke(bench);
        bench.Data(Start, Plain);
    }

    private static void Fence(SanitizerBench bench) => bench.Control(new FenceDescriptor { Opcode = TxOpcode.Fence });

    private static RuleCase Status(string id, TxStatus status, ulong handle = Context) => RingCases.Status(id, status, handle);

    private static byte[] OtherFiller()
    {
        byte[] record = [.. Plain];
        record.AsSpan(record.Length - 16).Fill(0x77);
        return record;
    }

    private static void SendTwice(SanitizerBench bench, byte[] second)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Wire(Start, Cipher);
        bench.Position(Start, 0, Length);
        bench.Data(Start, second);
    }

    private static void Leave(SanitizerBench bench, byte[] payload)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Wire(Start, payload, 0);
    }

    private static void LeaveUnasked(SanitizerBench bench, byte[] payload)
    {
        bench.Offload();
        bench.Wire(Start, payload, 0);
    }

    private static void LeaveTwice(SanitizerBench bench, byte[] second)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Wire(Start, Cipher);
        bench.Wire(Start + 50, second[50..], 0);
    }

    private static void UseAfter(SanitizerBench bench, bool destroyed)
    {
        bench.Offload();
        if (destroyed)
        {
            bench.Command(MailboxOpcode.TxDestroy, MailboxStatus.Ok, Context);
        }

        bench.Data(Start, Plain, Context, destroyed ? TxStatus.ContextInvalid : TxStatus.Ok);
    }

    private static void Position(SanitizerBench bench, uint at, ulong number, int length)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Data(Start + Length, Plain);
        bench.Position(at, number, length);
    }

    private static void Replay(SanitizerBench bench, byte[] plaintext)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Position(Start, 0, Length);
        bench.Replay(plaintext);
    }

    private static void Update(SanitizerBench bench, ulong number)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Command(
            MailboxOpcode.TxUpdate, MailboxStatus.Ok, Context,
            SanitizerBench.BytesOf(new TxUpdateRequest { Handle = Context, RecordNumber = number, Sequence = Start + Length }));
    }

    private static void TwoContexts(SanitizerBench bench, ulong used)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Offload(Second, Start + Length);
        bench.Data(Start + Length, Plain, Second);
        bench.Data(Start + (2 * Length), Plain, used);
    }

    private static void Renew(SanitizerBench bench, uint at)
    {
        bench.Offload();
        bench.Data(Start, Plain);
        bench.Offload(Second, at);
        bench.Data(at, Plain, Second);
    }
}
