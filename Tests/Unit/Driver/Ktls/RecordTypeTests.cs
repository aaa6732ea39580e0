using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>Records of types that the card does not encrypt (S-TX-6).</summary>
[TestFixture]
public sealed class RecordTypeTests
{
    // RFC 5246 §6.2.1: 20 to 23. TLS 1.3 hides the type.
    [TestCase(TlsVersion.Tls12, 19, KtlsFallbackReason.RecordType)]
    [TestCase(TlsVersion.Tls12, 20, KtlsFallbackReason.None)]
    [TestCase(TlsVersion.Tls12, 23, KtlsFallbackReason.None)]
    [TestCase(TlsVersion.Tls12, 24, KtlsFallbackReason.RecordType)]
    [TestCase(TlsVersion.Tls13, 24, KtlsFallbackReason.None)]
    public void Send_Type_LeavesTheCardWhereItWouldRefuse(TlsVersion version, byte type, KtlsFallbackReason reason)
    {
        const uint start = 1000;
        TlsCryptoInfo info = KtlsFixture.Info(version, TlsCipher.Aes128Gcm, 7);
        var counters = new KtlsCounters();
        var stream = new FakeStream(start, 1 << 20);
        using var session = new KtlsTxSession(info, stream, 0xABCD, counters);
        session.Send((TlsContentType)type, new byte[100], 16384);

        session.Transmit(new TxSegment { Headers = TcpHeaders.Of(start, stream.Bytes.Length), Payload = stream.Bytes, Sequence = start }, new RecordingPoster());

        Assert.That(session.DegradedBy, Is.EqualTo(reason));
        Assert.That(counters.TxTlsFallback, Is.EqualTo(reason == KtlsFallbackReason.None ? 0 : 1));
    }
}
