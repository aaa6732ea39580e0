using NicEmu.Driver.Crypto;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Kernel;

/// <summary>Records that refer to a file take what it holds when they are sent (Linux tls.rst, TLS_TX_ZEROCOPY_RO).</summary>
[TestFixture]
public sealed class PageReferencesTests
{
    // The second of three records begins behind the wrap.
    private const uint Start = 0xFFFF_FF00;
    private const int Content = 1000;
    private const int RecordLength = 1022;
    private const int Records = 3;

    private readonly List<NonceReuse> _reused = [];
    private KtlsTxSession _session = null!;
    private PageReferences _references = null!;
    private PageCacheFile _file = null!;
    private KtlsCounters _counters = null!;

    [SetUp]
    public void SetUp()
    {
        _reused.Clear();
        _counters = new();
        _file = new(KtlsFixture.Pattern(Records * Content, 1));
        TlsCryptoInfo info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        _session = new(info, new FakeStream(Start, 100_000), 0xABCD, _counters);
        _references = new(_counters, _reused.Add);
        _session.Send(TlsContentType.ApplicationData, KtlsFixture.Pattern(Records * Content, 1), Content);
        for (int i = 0; i < Records; i++) _references.Add(_session.Find(SequenceOf(i))!, _file, i * Content, Content);
        _references.Refresh(_session, Start, Records * RecordLength);
        _file.Write(0, KtlsFixture.Pattern(Records * Content, 2));
    }

    [TearDown]
    public void TearDown() => _session.Dispose();

    [TestCase(0, 0, 1)]
    [TestCase(1, 0, 1)]
    [TestCase(2, 0, 1)]
    [TestCase(1, RecordLength - 1, 1)]
    [TestCase(1, 0, RecordLength)]
    public void Refresh_RangeWithinOneRecord_TakesAndReportsThatOne(int record, int offset, int length)
    {
        bool any = _references.Refresh(_session, SequenceOf(record) + (uint)offset, length);

        Assert.That(any, Is.True);
        Assert.That(_reused, Is.EqualTo(new[] { new NonceReuse((ulong)record, SequenceOf(record), RecordLength) }));
        Assert.That(_counters.TxTlsNonceReuse, Is.EqualTo(1));
    }

    [Test]
    public void Refresh_RangeOverTheEndOfARecord_TakesBoth()
    {
        _references.Refresh(_session, SequenceOf(1) - 1, 2);

        Assert.That(_reused.Select(r => r.RecordNumber), Is.EqualTo(new[] { 0UL, 1UL }));
    }

    [TestCase(-1, 1)]
    [TestCase(Records * RecordLength, 1)]
    public void Refresh_RangeBesideTheRecords_TakesNone(int offset, int length)
    {
        bool any = _references.Refresh(_session, Start + (uint)offset, length);

        Assert.That((any, _reused.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public void OnAcknowledged_ToTheLastByteOfARecord_ForgetsThatOneOnly()
    {
        _references.OnAcknowledged(SequenceOf(2) - 1);
        _references.Refresh(_session, Start, Records * RecordLength);

        Assert.That(_reused.Select(r => r.RecordNumber), Is.EqualTo(new[] { 1UL, 2UL }));
    }

    private static uint SequenceOf(int record) => unchecked(Start + (uint)(record * RecordLength));
}
