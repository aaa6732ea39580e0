using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Rules;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>What the tests of the receive truth table have in common.</summary>
public abstract class RxRuleBench
{
    protected const uint Budget = 1000;

    private protected EngineFixture Fixture { get; private set; } = null!;
    private protected RecordStream Stream { get; private set; } = null!;
    protected byte[] Wire { get; private set; } = [];
    protected ulong Handle { get; private set; }

    [SetUp]
    public void SetUp()
    {
        // Records of 222 bytes at 0, 222, 444 ... with numbers 40, 41 ...
        Stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 40, 1000, 1);
        for (int i = 0; i < 20; i++)
        {
            Stream.Add(200);
        }

        Use(Stream);
    }

    [TearDown]
    public void TearDown() => Fixture.Dispose();

    protected static RxRule Rule(string id) => RxRules.All.Single(r => r.Id == id);

    private protected void Use(RecordStream stream, bool active = true, uint budgetUs = 1, uint threshold = 0)
    {
        Fixture?.Dispose();
        Fixture = new EngineFixture();
        Stream = stream;
        Wire = stream.Wire;
        Handle = Fixture.InstallRx(stream, active, Budget, budgetUs, threshold);
    }

    private protected void SetUpLast(RecordStream last)
    {
        Use(last);
        Receive(0, 60);
    }

    protected ContextSnapshot Snapshot()
    {
        Fixture.Engine.Query(Handle, out ContextSnapshot snapshot);
        return snapshot;
    }

    protected RxState State() => (RxState)Snapshot().State;

    private protected RxResult Receive(int offset, int length)
    {
        byte[] plain = new byte[length];
        RxResult result = Fixture.Engine.Open(Handle, Stream.Sequence(offset), Wire.AsSpan(offset, length), plain, Fixture.NowPs += 1_000_000);
        if (result.Verdict == RxVerdict.Decrypted)
        {
            Assert.That(plain, Is.EqualTo(Stream.Opened.GetRange(offset, length)));
            Assert.That(result.RecordNumber, Is.EqualTo(Stream.Records[Stream.RecordAt(offset)].Number));
        }

        return result;
    }

    protected void Lose()
    {
        Receive(0, 50);
        Receive(300, 30);
        Assert.That(State(), Is.EqualTo(RxState.Searching));
    }

    protected void Follow()
    {
        Lose();
        Receive(330, 170);
        Assert.That(State(), Is.EqualTo(RxState.Tracking));
    }

    protected void Answer(ResyncAnswerKind kind, int offset, ulong number, TxStatus expected) =>
        Assert.That(Fixture.Engine.AnswerResync(kind, Handle, Stream.Sequence(offset), number), Is.EqualTo(expected));

    private protected RxResult Check(string id, Func<RxResult> act, RxState? before = null)
    {
        RxRule rule = Rule(id);
        Assert.That(State(), Is.EqualTo(before ?? rule.Before));

        RxResult result = act();

        Assert.That((result.Verdict, result.Reason), Is.EqualTo((rule.Verdict, rule.Reason)));
        Assert.That(State(), Is.EqualTo(rule.After));
        return result;
    }

    private protected void CheckUnmoved(string id, int head, Func<RxResult> act)
    {
        Receive(0, head);
        ContextSnapshot before = Snapshot();
        Check(id, act);
        Assert.That(Snapshot(), Is.EqualTo(before));
    }

    protected void CheckHint(string id, ulong number)
    {
        Lose();
        Answer(ResyncAnswerKind.NextRecordHint, 888, number, TxStatus.Ok);
        Receive(330, 558);
        Assert.That(Receive(888, 222).Reason, Is.EqualTo(RxReason.Resuming));

        RxResult result = Check(id, () => Receive(1110, 222), before: RxState.InSync);

        Assert.That(result.RecordNumber, Is.EqualTo(45));
    }
}
