using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>NE3308 behind a KeyUpdate message: the card cannot know the new key, so only what the driver does afterwards is judged.</summary>
[TestFixture]
public sealed class KeyUpdateRuleTests
{
    private const uint Start = SanitizerBench.Start;

    /// <summary>KeyUpdate, RFC 8446 §4.6.3: one byte of type, three of length, one of content.</summary>
    private const int Message = 5;

    private const uint First = 5 + 300 + 1 + 16;
    private const uint Second = First + 5 + Message + 1 + 16;

    [Test]
    public void Failure_BehindKeyUpdateAndContextRemoved_IsSilent()
    {
        SanitizerBench bench = FailBehind(Message);

        Remove(bench);

        Assert.That(Findings(bench), Is.Empty);
    }

    [Test]
    public void Failures_BehindKeyUpdateAndContextRemoved_AreSilent()
    {
        SanitizerBench bench = FailBehind(Message);
        bench.Arrives(Start + Second + First, SanitizerFrames.Sealed(300, 4));
        Open(bench, Start + Second + First, 3, isAuthentic: false);

        Remove(bench);

        Assert.That(Findings(bench), Is.Empty);
    }

    [TestCase(Message, 0)]
    [TestCase(Message + 1, 1)]
    public void Failure_SegmentBeforeIsMissing_IsJudgedWhenItComes(int content, int findings)
    {
        var bench = new SanitizerBench();
        bench.OffloadReceive();
        byte[] second = SanitizerFrames.Sealed(content, 2);
        uint third = Start + First + (uint)second.Length;
        bench.Arrives(third, SanitizerFrames.Sealed(300, 3));
        Open(bench, third, 2, isAuthentic: false);
        int before = Findings(bench).Length;

        bench.Arrives(Start, [.. SanitizerFrames.Sealed(300), .. second]);
        Remove(bench);

        Assert.That(before, Is.Zero);
        Assert.That(Findings(bench), Has.Length.EqualTo(findings));
    }

    [TestCase(Message, 0)]
    [TestCase(Message + 1, 1)]
    public void Failure_BeforeTheDriverHasReadThatTheContextExists_IsJudgedThen(int content, int findings)
    {
        var bench = new SanitizerBench();
        bench.Emit(new TraceEvent
        {
            Kind = TraceEventKind.ContextInstalled,
            Flags = 1,
            Handle = SanitizerBench.Receive,
            TcpSequence = Start,
            Code = (int)TlsCipher.Aes128Gcm,
            Value = (ulong)TlsVersion.Tls13,
        });
        byte[] first = SanitizerFrames.Sealed(content);
        bench.Arrives(Start, [.. first, .. SanitizerFrames.Sealed(300, 1)]);
        Open(bench, Start + (uint)first.Length, 1, isAuthentic: false);
        int before = Findings(bench).Length;

        bench.Command(MailboxOpcode.RxCreate, MailboxStatus.Ok, SanitizerBench.Receive, SanitizerFrames.Rule());
        Remove(bench);

        Assert.That((before, Findings(bench).Length), Is.EqualTo((0, findings)));
    }

    [TestCase(4)]
    [TestCase(6)]
    public void Failure_BehindAnotherRecord_Fires(int content)
    {
        SanitizerBench bench = FailBehind(content);

        Remove(bench);

        Assert.That(Findings(bench), Has.Length.EqualTo(1));
    }

    [Test]
    public void Failure_AnotherRecordOpensUnderTheSameKey_Fires()
    {
        SanitizerBench bench = FailBehind(Message);
        bench.Arrives(Start + Second + First, SanitizerFrames.Sealed(300, 4));
        Open(bench, Start + Second + First, 3, isAuthentic: true);

        Remove(bench);

        Assert.That(Findings(bench), Has.Length.EqualTo(1));
    }

    [Test]
    public void Failure_KeyUpdateBeforeARecordThatOpened_Fires()
    {
        var bench = new SanitizerBench();
        bench.OffloadReceive();
        bench.Arrives(Start, [.. SanitizerFrames.Sealed(Message), .. SanitizerFrames.Sealed(300), .. SanitizerFrames.Sealed(300)]);
        Open(bench, Start, 0, isAuthentic: true);
        Open(bench, Start + Second - First, 1, isAuthentic: true);
        Open(bench, Start + Second, 2, isAuthentic: false);

        Remove(bench);

        Assert.That(Findings(bench), Has.Length.EqualTo(1));
    }

    [Test]
    public void Failure_DriverKeepsTheContextForLong_Fires()
    {
        SanitizerBench bench = FailBehind(Message);
        uint at = Start + Second + First;
        for (int sent = 0; sent < 300_000; at += First, sent += (int)First)
        {
            bench.Arrives(at, SanitizerFrames.Sealed(300));
        }

        int before = Findings(bench).Length;
        bench.TimePs += 1_000_000_000_000;
        bench.Arrives(at, SanitizerFrames.Sealed(300));

        Assert.That(before, Is.Zero, "it may not have come to read the message");
        Assert.That(Findings(bench), Has.Length.EqualTo(1));
    }

    /// <summary>A record that opens, one of some length, and one that does not open.</summary>
    private static SanitizerBench FailBehind(int content)
    {
        var bench = new SanitizerBench();
        bench.OffloadReceive();
        byte[] first = SanitizerFrames.Sealed(300);
        byte[] second = SanitizerFrames.Sealed(content, 2);
        bench.Arrives(Start, [.. first, .. second, .. SanitizerFrames.Sealed(300, 3)]);
        Open(bench, Start, 0, isAuthentic: true);
        Open(bench, Start + First, 1, isAuthentic: true);
        Open(bench, Start + First + (uint)second.Length, 2, isAuthentic: false);
        return bench;
    }

    private static void Open(SanitizerBench bench, uint sequence, ulong number, bool isAuthentic) =>
        bench.Emit(new TraceEvent { Kind = TraceEventKind.RecordOpened, Handle = SanitizerBench.Receive, TcpSequence = sequence, RecordNumber = number, Value = isAuthentic ? 1UL : 0 });

    private static void Remove(SanitizerBench bench)
    {
        bench.Emit(new TraceEvent { Kind = TraceEventKind.ContextRemoved, Handle = SanitizerBench.Receive });
        bench.Sanitizer.Finish();
    }

    private static string[] Findings(SanitizerBench bench) => [.. bench.Sanitizer.Findings.Where(static f => f.Rule.Id == "NE3308").Select(static f => f.What)];
}
