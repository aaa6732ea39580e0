using System.Buffers.Binary;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Driver;

/// <summary>Long frames and tags under TLS, and a card whose tables are full: the host encrypts and decrypts itself, and the wire shows no difference.</summary>
[TestFixture]
public sealed class FullTableTests
{
    private const int Contexts = 1024;

    [Test]
    public void Open_ContextTablesFull_FallsBackToSoftwareWithTheSameBytes([Values] TlsVersion version)
    {
        byte[] data = KtlsFixture.Pattern(100_000, 1);
        using var full = new TwoHosts();
        using var free = new TwoHosts();
        ulong key = CreateKey(full);
        Assert.That(Fill(full, (nic, i, done) => nic.Tls.CreateTx(new TxCreateRequest { KeyHandle = key, Version = TlsVersion.Tls13 }, new byte[12], done)), Is.EqualTo(Contexts));
        Assert.That(Fill(full, (nic, i, done) => nic.Tls.CreateRx(Rule(key, i), new byte[12], done)), Is.EqualTo(Contexts));

        byte[] software = Exchange(full, version, data);
        byte[] card = Exchange(free, version, data);

        full.AssertClean();
        full.AssertNoLeak(data);
        Assert.That((full.ClientSocket.TxState, full.ClientSocket.RxState, free.ClientSocket.TxState), Is.EqualTo((KtlsState.Software, KtlsState.Software, KtlsState.Device)));
        Assert.That((full.ClientSocket.TxFallbackReason, full.ClientSocket.RxFallbackReason, free.ClientSocket.TxFallbackReason), Is.EqualTo((KtlsFallbackReason.TableFull, KtlsFallbackReason.TableFull, KtlsFallbackReason.None)));
        Assert.That((full.Client.Host.Counters.TlsTxSw, full.Client.Host.Counters.TlsTxDevice), Is.EqualTo((1L, 0L)));
        Assert.That((full.Client.Host.Counters.TlsRxSw, full.Client.Host.Counters.TlsRxDevice), Is.EqualTo((1L, 0L)));
        Assert.That((full.Client.Host.Counters.RxRecordsSoftware, full.Client.Host.Counters.RxRecordsDevice), Is.EqualTo((1L, 0L)), "3 000 bytes in one record");
        Assert.That(full.Client.Host.Nic.ReadCounter(NativeMap.Statistics.TxTlsPackets), Is.Zero);
        Assert.That(software, Has.Length.GreaterThan(100_000));
        Assert.That(software.AsSpan().SequenceEqual(card), Is.True, "the wire does not show who encrypts");
    }

    [Test]
    public void Open_ContextTablesFull_LeavesNoKeyBehind()
    {
        using var hosts = new TwoHosts();
        ulong key = CreateKey(hosts);
        Fill(hosts, (nic, i, done) => nic.Tls.CreateTx(new TxCreateRequest { KeyHandle = key, Version = TlsVersion.Tls13 }, new byte[12], done));
        Fill(hosts, (nic, i, done) => nic.Tls.CreateRx(Rule(key, i), new byte[12], done));

        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        hosts.Loop.RunUntil(static () => false, TwoHosts.SecondPs);

        Assert.That(Fill(hosts, (nic, i, done) => nic.Tls.CreateKey(TlsCipher.Aes128Gcm, new byte[16], done)), Is.EqualTo(1024 - 1), "all keys but the filler's are free");
    }

    [Test]
    public void Transfer_Mtu9000_LongestFramesCarryRecords([Values] bool segmentation)
    {
        var options = new HostOptions { SegmentationOffload = segmentation, Nic = new() { Mtu = 9000 } };
        using var hosts = new TwoHosts(options, options);
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes256Gcm);

        hosts.ClientToServer(KtlsFixture.Pattern(300_000, 1));

        hosts.AssertClean();
        Assert.That(hosts.Client.Log.Sent.Max(static f => f.Length), Is.EqualTo(9014));
        Assert.That(hosts.Server.Host.Counters.RxRecordsDevice, Is.EqualTo(19));
    }

    [Test]
    public void Transfer_InAVlan_ArrivesWhoeverRemovesTheTag([Values] bool strip)
    {
        using var hosts = new TwoHosts(new() { VlanId = 7 }, new() { VlanId = 7, Nic = new() { VlanStrip = strip } });
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        hosts.ClientToServer(KtlsFixture.Pattern(100_000, 1));

        hosts.AssertClean();
        Assert.That(hosts.Client.Log.Sent.Select(static f => BinaryPrimitives.ReadUInt32BigEndian(f.AsSpan(12))), Is.All.EqualTo(0x8100_0007));
        Assert.That(hosts.Server.Host.Counters.RxRecordsDevice, Is.EqualTo(7));
    }

    [Test]
    public void Frames_OfAnotherVlanStripped_DoNotReachTheHost()
    {
        using var hosts = new TwoHosts(new() { VlanId = 7 }, new() { Nic = new() { VlanStrip = true } });
        bool accepted = false;
        bool opened = false;
        hosts.Server.Host.Listen(9, _ => accepted = true);
        hosts.Client.Host.Connect(hosts.ServerAddress, 9).Opened = () => opened = true;

        hosts.Loop.RunUntil(() => opened, 5 * TwoHosts.SecondPs);

        Assert.That((accepted, opened), Is.EqualTo((false, false)), "a host of no VLAN does not hear VLAN 7");
        Assert.That(hosts.Client.Log.Sent, Is.Not.Empty);
        Assert.That(hosts.Server.Log.Sent, Is.Empty);
    }

    private static ulong CreateKey(TwoHosts hosts)
    {
        ulong key = 0;
        hosts.Client.Host.Nic.Tls.CreateKey(TlsCipher.Aes128Gcm, new byte[16], result => key = result.Handle);
        hosts.Loop.RunUntil(() => key != 0, TwoHosts.SecondPs);
        return key;
    }

    /// <summary>Creates objects in the client's card until it has no room.</summary>
    private static int Fill(TwoHosts hosts, Action<NicDriver, int, Action<MailboxResult>> create)
    {
        for (int made = 0; ; made++)
        {
            MailboxResult? result = null;
            create(hosts.Client.Host.Nic, made, r => result = r);
            hosts.Loop.RunUntil(() => result is not null, TwoHosts.SecondPs);
            if (result is not { Ok: true })
            {
                Assert.That(result?.Status, Is.EqualTo(MailboxStatus.TableFull));
                return made;
            }
        }
    }

    private static RxCreateRequest Rule(ulong key, int number) => new()
    {
        KeyHandle = key,
        Version = TlsVersion.Tls13,
        IpVersion = 4,
        RemotePort = (ushort)(number + 1),
        LocalPort = 1,
        RemoteAddressFirst = 0x0909_0909,
        LocalAddressFirst = 0x0100_000A,
    };

    private static byte[] Exchange(TwoHosts hosts, TlsVersion version, byte[] data)
    {
        hosts.Open(version, TlsCipher.Aes128Gcm);
        uint start = hosts.ClientSocket.Connection.SendSequence;
        hosts.ClientToServer(data);
        hosts.ServerToClient(KtlsFixture.Pattern(3000, 2));
        return TlsTransferTests.Joined(hosts, start);
    }
}
