using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Rules;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>What the tests of the transmit truth table have in common.</summary>
public abstract class TxRuleBench
{
    private TxPositionSlot _slot;

    private protected EngineFixture Fixture { get; private set; } = null!;
    private protected RecordStream Stream { get; private set; } = null!;
    protected virtual TxMode Mode => TxMode.SequenceTracked;
    protected ulong Key { get; private set; }
    protected ulong Handle { get; private set; }
    private protected ref TxPositionSlot Slot => ref _slot;

    [SetUp]
    public void SetUp()
    {
        // Records at 0, 129, 198, 227; the end at 316. The first record crosses the wrap of the sequence number.
        Stream = new RecordStream(TlsVersion.Tls12, TlsCipher.Aes128Gcm, 5, 0xFFFF_FFC0, 1).Add(100).Add(40).Add(0).Add(60);
        Fixture = new EngineFixture();
        Key = Fixture.CreateKey(TlsCipher.Aes128Gcm, Stream.Key);
        Handle = Fixture.InstallTx(Key, Stream, mode: Mode);
        _slot = default;
    }

    [TearDown]
    public void TearDown() => Fixture.Dispose();

    protected static TxRule Rule(string id) => TxRules.All.Single(r => r.Id == id);

    private protected static RecordStream LastRecord() => new RecordStream(TlsVersion.Tls13, TlsCipher.Aes256Gcm, ulong.MaxValue, 9, 2).Add(20);

    protected ContextSnapshot Snapshot()
    {
        Fixture.Engine.Query(Handle, out ContextSnapshot snapshot);
        return snapshot;
    }

    protected uint Head() => Snapshot().ExpectedSequence;

    protected void SendAll(int length) => Assert.That(Fixture.Send(Handle, Stream, 0, length).Status, Is.EqualTo(TxStatus.Ok));

    protected void Position(int offset, bool advance = false) => Assert.That(
        Fixture.Engine.Position(Handle, 0, EngineFixture.PositionOf(Stream, offset, advance), ref Slot), Is.EqualTo(TxStatus.Ok));

    protected void Replay(int offset, int length) => Assert.That(
        Fixture.Replay(Handle, 0, Stream.Plain.AsSpan(offset, length), ref Slot), Is.EqualTo(TxStatus.Ok));

    protected void CheckData(string id, int offset, int length)
    {
        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, offset, length);
        CheckAll(id, status, bytes, offset);
    }

    protected void CheckRefused(string id, int head, int offset, int length)
    {
        SendAll(head);
        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, offset, length);
        CheckNone(id, status, bytes, head);
    }

    protected void CheckSlotRefused(string id, int offset, int length, int head = 316)
    {
        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, offset, length, ref Slot);
        CheckNone(id, status, bytes, head);
    }

    protected void CheckAgain(string id, int offset, int length, bool replay, int upTo = 316)
    {
        if (Head() == Stream.StartSequence)
        {
            SendAll(upTo);
        }

        Position(offset);
        int start = Stream.Records[Stream.RecordAt(offset)].Offset;
        if (replay)
        {
            Replay(start, 7);
            Replay(start + 7, offset - start - 7);
        }

        (TxStatus status, byte[] bytes) = Fixture.Send(Handle, Stream, offset, length, ref Slot);

        CheckAll(id, status, bytes, offset);
        Assert.That(Head(), Is.EqualTo(Stream.Sequence(upTo)), "the head is untouched");
        Assert.That(Fixture.Engine.CountersOf(Handle)[TlsCounter.TxOutOfOrder], Is.EqualTo(1));
    }

    protected void CheckRolledBack(string id)
    {
        SendAll(100);
        Position(129, advance: true);
        byte[] bytes = Stream.Plain.AsSpan(129, 100).ToArray();
        Assert.That(Fixture.Engine.Protect(Handle, 0, Stream.Sequence(129), bytes, ref Slot), Is.EqualTo(TxStatus.Ok));
        ContextSnapshot before = Snapshot();

        Fixture.Engine.RollbackTx(Handle);

        Assert.That(Rule(id).FramesLeave, Is.False);
        Assert.That(Snapshot(), Is.EqualTo(before));
        Assert.That(Head(), Is.EqualTo(Stream.Sequence(100)));
        Assert.That(Slot.IsActive, Is.True, "the position serves another try");
        (TxStatus status, bytes) = Fixture.Send(Handle, Stream, 129, 100, ref Slot);
        Assert.That((status, bytes), Is.EqualTo((TxStatus.Ok, Stream.Wire[129..229])));
    }

    protected void CheckAll(string id, TxStatus status, byte[] bytes, int offset)
    {
        TxRule rule = Rule(id);
        Assert.That(status, Is.EqualTo(rule.Status));
        Assert.That(rule.FramesLeave, Is.True);
        Assert.That(bytes, Is.EqualTo(Stream.Wire.AsSpan(offset, bytes.Length).ToArray()));
        Assert.That(Slot.IsActive, Is.False);
    }

    protected void CheckNone(string id, TxStatus status, byte[] bytes, int? head = null)
    {
        TxRule rule = Rule(id);
        Assert.That(status, Is.EqualTo(rule.Status));
        Assert.That(rule.FramesLeave, Is.False);
        Assert.That(bytes, Is.All.Zero, "nothing readable is left");
        Assert.That(Slot.IsActive, Is.False);
        if (head is { } expected)
        {
            Assert.That(Head(), Is.EqualTo(Stream.Sequence(expected)), "the head is untouched");
        }
    }
}
