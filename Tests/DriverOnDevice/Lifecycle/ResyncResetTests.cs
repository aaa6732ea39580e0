using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Lifecycle;

/// <summary>The receiving card is reset between its question about a header and the answer.</summary>
[TestFixture]
public sealed class ResyncResetTests
{
    [Test, Combinatorial]
    public void Reset_RequestPending_SoftwareGoesOnAndNoAnswerReachesTheNewCard([Values] TlsVersion version, [Values(ResetKind.FunctionLevel, ResetKind.Driver)] ResetKind kind)
    {
        using var hosts = new TwoHosts(new() { MaxRecordPayload = 2000 });
        hosts.Open(version, TlsCipher.Aes128Gcm);
        hosts.Client.Network.Outgoing.Profile = new() { Drop = 0.05 };
        byte[] data = KtlsFixture.Pattern(600_000, 1);
        int sent = 0;
        void Push() => sent += hosts.ClientSocket.Write(data.AsSpan(sent));
        hosts.ClientSocket.Writable = Push;
        Push();
        bool asked = hosts.Loop.RunUntil(() => hosts.ServerSocket.RxSession!.IsResyncPending, 60 * TwoHosts.SecondPs);
        long answered = hosts.Server.Host.Counters.TlsRxDeviceResync;

        hosts.Server.Device.Function.Reset(kind);
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count >= data.Length, 300 * TwoHosts.SecondPs);

        Assert.That(asked, Is.True);
        Assert.That(hosts.ServerReceived.ToArray().AsSpan().SequenceEqual(data), Is.True, "application data");
        Assert.That((hosts.ServerSocket.RxState, hosts.ServerSocket.RxFallbackReason), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.CardLost)));
        Assert.That(hosts.Server.Host.Counters.TlsDecryptError, Is.Zero);
        Assert.That(hosts.Server.Host.Counters.TlsRxDeviceResync - answered, Is.LessThanOrEqualTo(1), "at most what was on its way before the reset was noticed");
        Assert.That(hosts.ServerSocket.RxSession!.IsResyncPending, Is.False);
        Assert.That(hosts.Server.Log.FailedCompletions, Is.Empty, "nothing names a handle of before");
    }
}
