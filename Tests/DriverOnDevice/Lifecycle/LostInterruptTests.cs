using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Lifecycle;

/// <summary>An interrupt is lost on machines that have nothing else to do.</summary>
[TestFixture]
public sealed class LostInterruptTests
{
    [TestCase(100_000_000_000L, ExpectedResult = true)]
    [TestCase(0L, ExpectedResult = false)]
    public bool Receive_InterruptLostOnAnIdleMachine_ArrivesWithTheNextLook(long pollPs)
    {
        using var hosts = new TwoHosts(server: new() { Nic = new() { RingPollPs = pollPs } });
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        hosts.Loop.RunUntil(static () => false, TwoHosts.SecondPs);
        hosts.Server.Port.DropInterrupts(1);
        byte[] data = KtlsFixture.Pattern(1000, 1);

        hosts.ClientSocket.Write(data);

        bool came = hosts.Loop.RunUntil(() => hosts.ServerReceived.Count == data.Length, TwoHosts.SecondPs);
        Assert.That(hosts.Server.Port.Failures, Is.EqualTo(1), "one was lost");
        return came;
    }

    [Test]
    public void Run_MachinesAtRest_Ends()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        Assert.That(hosts.Loop.RunUntilIdle(100 * TwoHosts.SecondPs), Is.True, "looks into the rings keep no run going");
        Assert.That(hosts.Loop.NowPs, Is.LessThan(10 * TwoHosts.SecondPs));
    }
}
