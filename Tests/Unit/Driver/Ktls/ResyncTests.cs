using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>Answers and hints for a card that lost its place (ktls-semantics §2.3).</summary>
[TestFixture]
public sealed class ResyncTests
{
    private const uint Start = 0xFFFF_FF80;

    // 5 + 100 + 1 + 16.
    private const int RecordLength = 122;

    private static readonly TlsCryptoInfo Info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 40);

    private KtlsCounters _counters = null!;
    private List<ResyncAnswer> _answers = null!;
    private KtlsRxSession _session = null!;
    private ulong _next;

    [SetUp]
    public void SetUp()
    {
        _counters = new();
        _answers = [];
        _session = new(Info, Start, _counters, _answers.Add);
        _next = 40;
    }

    [TearDown]
    public void TearDown() => _session.Dispose();

    [Test]
    public void Request_HeaderAhead_AcknowledgedWhenParsed()
    {
        uint candidate = At(2);
        _session.OnResyncRequest(candidate);
        Records(2);
        int before = _answers.Count;

        Records(1);

        Assert.That(before, Is.Zero);
        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.Acknowledge, candidate, 42) }));
        Assert.That(_counters.TlsRxDeviceResync, Is.EqualTo(1));
    }

    [Test]
    public void Request_HeaderInParts_AcknowledgedWithItsLastByte()
    {
        _session.OnResyncRequest(Start);
        byte[] record = KtlsFixture.Seal(Info, TlsContentType.ApplicationData, 40, new byte[100]);
        _session.Input(record.AsSpan(0, 4), false, (_, _) => { });
        int before = _answers.Count;

        _session.Input(record.AsSpan(4, 1), false, (_, _) => { });

        Assert.That(before, Is.Zero);
        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.Acknowledge, Start, 40) }));
    }

    [Test]
    public void Request_HeaderPassedLately_AcknowledgedAtOnce()
    {
        Records(5);

        _session.OnResyncRequest(At(3));

        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.Acknowledge, At(3), 43) }));
    }

    [TestCase(1u)]
    [TestCase(60u)]
    [TestCase(121u)]
    public void Request_InsideRecord_RefusedWhenParserPasses(uint offset)
    {
        uint candidate = At(1) + offset;
        _session.OnResyncRequest(candidate);

        Records(2);

        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.Refuse, candidate, 0) }));
        Assert.That(_session.IsResyncPending, Is.False);
    }

    [Test]
    public void Request_InsideRecordPassed_RefusedAtOnce()
    {
        Records(2);

        _session.OnResyncRequest(At(1) + 7);

        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.Refuse, At(1) + 7, 0) }));
    }

    [Test]
    public void Request_LongPassed_Refused()
    {
        Records(40);

        _session.OnResyncRequest(At(3));

        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.Refuse, At(3), 0) }));
    }

    [Test]
    public void Request_Newer_ReplacesOlder()
    {
        _session.OnResyncRequest(At(1));
        _session.OnResyncRequest(At(2));

        Records(3);

        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.Acknowledge, At(2), 42) }));
    }

    [Test]
    public void Hints_AllEncrypted_AfterTwoFourEightUpTo128ThenEvery128()
    {
        var hintsAt = new List<ulong>();
        for (int i = 0; i < 600; i++)
        {
            int before = _answers.Count;
            Records(1);
            _session.OnDrained();
            if (_answers.Count > before) hintsAt.Add(_next - 40);
        }

        Assert.That(hintsAt, Is.EqualTo(new ulong[] { 2, 4, 8, 16, 32, 64, 128, 256, 384, 512 }));
        Assert.That(_answers[0], Is.EqualTo(new ResyncAnswer(ResyncAnswerKind.NextRecordHint, At(2), 42)));
    }

    [Test]
    public void Hint_NotDrained_WaitsAndNamesTheRecordAfter()
    {
        Records(2);
        byte[] record = KtlsFixture.Seal(Info, TlsContentType.ApplicationData, 42, new byte[100]);
        _session.Input(record.AsSpan(0, 3), false, (_, _) => { });
        _session.OnDrained();
        int insideHeader = _answers.Count;

        _session.Input(record.AsSpan(3, 50), false, (_, _) => { });
        _session.OnDrained();

        Assert.That(insideHeader, Is.Zero);
        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.NextRecordHint, At(3), 43) }));
    }

    [Test]
    public void Hint_RequestPending_NotSent()
    {
        _session.OnResyncRequest(At(500));

        for (int i = 0; i < 10; i++)
        {
            Records(1);
            _session.OnDrained();
        }

        Assert.That(_answers, Is.Empty);
    }

    [Test]
    public void Hint_DecryptedRecordBetween_StartsOver()
    {
        Records(1);
        Records(1, decrypted: true);
        Records(1);
        _session.OnDrained();
        int before = _answers.Count;

        Records(1);
        _session.OnDrained();

        Assert.That(before, Is.Zero);
        Assert.That(_answers, Is.EqualTo(new[] { new ResyncAnswer(ResyncAnswerKind.NextRecordHint, At(4), 44) }));
    }

    private static uint At(int record) => unchecked(Start + (uint)(record * RecordLength));

    private void Records(int count, bool decrypted = false)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] record = decrypted
                ? KtlsFixture.Decrypted(Info, TlsContentType.ApplicationData, _next, new byte[100])
                : KtlsFixture.Seal(Info, TlsContentType.ApplicationData, _next, new byte[100]);
            _next++;
            _session.Input(record, decrypted, (_, _) => { });
        }
    }
}
