using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Core;

internal sealed class LifecycleTests
{
    private static readonly RecordOracle s_oracle = new(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

    [Test]
    public void InstallRx_SameFlowTwice_IsDuplicateUntilTheFirstGoes()
    {
        var nic = new NullPersonality();
        ulong first = TlsReceiveTests.Install(nic, s_oracle, activate: false);

        CoreStatus second = TryInstallRx(nic, out _);
        nic.Core.RemoveRx(first);
        CoreStatus third = TryInstallRx(nic, out _);

        Assert.That((second, third), Is.EqualTo((CoreStatus.Duplicate, CoreStatus.Ok)));
        Assert.That((nic.Core.Statistics.RxTlsContexts, nic.Core.Statistics.RxTlsDeleted), Is.EqualTo((2UL, 1UL)));
    }

    [TestCase(5, 12, CoreStatus.BadParameter)]
    [TestCase(-1, 12, CoreStatus.BadParameter)]
    [TestCase(4, 11, CoreStatus.BadParameter)]
    [TestCase(4, 12, CoreStatus.Ok)]
    public void InstallTx_QueueAndIv_AreChecked(int queue, int ivLength, CoreStatus expected)
    {
        var nic = new NullPersonality();
        nic.Core.CreateKey(s_oracle.Cipher, s_oracle.Key, 0, out ulong key);
        var parameters = new TxContextParameters
        {
            KeyHandle = key,
            Version = TlsVersion.Tls13,
            Queue = queue,
            Iv = new byte[ivLength],
            StartSequence = 1,
            RecordNumber = 0,
        };

        CoreStatus status = nic.Core.InstallTx(parameters, out _);

        Assert.That(status, Is.EqualTo(expected));
    }

    [Test]
    public void RemoveTx_WhileReferenced_GoesWithTheLastReference()
    {
        var nic = new NullPersonality();
        ulong handle = TlsTransmitTests.Install(nic, s_oracle);
        bool referenced = nic.Core.AddReference(handle);

        CoreStatus busy = nic.Core.RemoveTx(handle);
        ulong before = nic.Core.Statistics.TxTlsDeleted;
        bool another = nic.Core.AddReference(handle);
        CoreStatus released = nic.Core.ReleaseReference(handle);
        CoreStatus again = nic.Core.ReleaseReference(handle);

        Assert.That((referenced, busy, another), Is.EqualTo((true, CoreStatus.Busy, false)));
        Assert.That((released, again, before, nic.Core.Statistics.TxTlsDeleted), Is.EqualTo((CoreStatus.Ok, CoreStatus.BadHandle, 0UL, 1UL)));
        Assert.That(nic.Core.Query(handle, new byte[64]), Is.EqualTo(CoreStatus.StaleHandle));
    }

    [Test]
    public void MoveTx_BindsToTheNewQueueOnly()
    {
        var nic = new NullPersonality();
        ulong handle = TlsTransmitTests.Install(nic, s_oracle);

        CoreStatus beyond = nic.Core.MoveTx(handle, 5);
        CoreStatus moved = nic.Core.MoveTx(handle, 3);
        TxOutcome old = nic.Submit(new TcpFrame().Build(), TxOffloads.Tls, handle: handle);
        TxOutcome now = nic.Submit(new TcpFrame().Build(), TxOffloads.Tls, handle: handle, queue: 3);

        Assert.That((beyond, moved, old.Status, now.Status), Is.EqualTo((CoreStatus.BadParameter, CoreStatus.Ok, TxStatus.WrongQueue, TxStatus.Ok)));
    }

    [Test]
    public void Keys_RotateRevokeDestroy_FollowTheirReferences()
    {
        var nic = new NullPersonality();
        ulong handle = TlsTransmitTests.Install(nic, s_oracle);
        nic.Core.CreateKey(TlsCipher.ChaCha20Poly1305, new byte[32], 0, out ulong key);

        CoreStatus otherCipher = nic.Core.RotateKey(key, TlsCipher.Aes256Gcm, new byte[32], out _);
        CoreStatus rotated = nic.Core.RotateKey(key, TlsCipher.ChaCha20Poly1305, new byte[32], out ulong renewed);
        CoreStatus old = nic.Core.DestroyKey(key);
        CoreStatus synced = nic.Core.SyncKeys();
        CoreStatus destroyed = nic.Core.DestroyKey(renewed);

        Assert.That((otherCipher, rotated, old), Is.EqualTo((CoreStatus.BadParameter, CoreStatus.Ok, CoreStatus.StaleHandle)));
        Assert.That((synced, destroyed), Is.EqualTo((CoreStatus.Ok, CoreStatus.Ok)));
        Assert.That(nic.Core.Query(handle, new byte[64]), Is.EqualTo(CoreStatus.Ok));
    }

    [Test]
    public void CreateKey_ToCapacityAndOneMore_RaisesTableFull()
    {
        var nic = new NullPersonality();
        var statuses = new List<CoreStatus>();

        for (int i = 0; i < 8; i++)
        {
            statuses.Add(nic.Core.CreateKey(TlsCipher.Aes128Gcm, new byte[16], 0, out _));
        }

        Assert.That(statuses, Is.EqualTo((CoreStatus[])[.. Enumerable.Repeat(CoreStatus.Ok, 7), CoreStatus.TableFull]));
        Assert.That(nic.Raised, Is.EqualTo(new[] { (EventCode.TableFull, 0, 1u, 0UL) }));
    }

    [Test]
    public void Reset_ForgetsEverythingButTheStatistics()
    {
        var nic = new NullPersonality();
        ulong tx = TlsTransmitTests.Install(nic, s_oracle);
        ulong rx = TlsReceiveTests.Install(nic, s_oracle);
        nic.Submit(new byte[100]);
        nic.Scheduler.RunAll();
        nic.Submit(new byte[100]);

        nic.Core.Reset(2);
        nic.Scheduler.RunAll();

        Assert.That((nic.Core.Query(tx, new byte[64]), nic.Core.Query(rx, new byte[64])), Is.EqualTo((CoreStatus.StaleHandle, CoreStatus.StaleHandle)));
        Assert.That((nic.Core.Epoch, nic.Core.LinkUp, nic.Core.Statistics.TxFrames, nic.Core.Statistics.TxTlsContexts), Is.EqualTo(((ushort)2, false, 1UL, 1UL)));
        Assert.That(nic.Submit(new byte[100]).Status, Is.EqualTo(TxStatus.Flushed), "the configuration is that of power-on");
        Assert.That(TryInstallRx(nic, out ulong anew), Is.EqualTo(CoreStatus.Ok), "no rule is left");
        Assert.That(new ObjectHandle(anew).Epoch, Is.EqualTo(2));
    }

    [Test]
    public void Reset_ToAnEpochThatIsNotLater_IsPowerOn()
    {
        var nic = new NullPersonality();
        nic.Core.Reset(9);
        nic.Core.ConfigurePort(new PortConfiguration { TxEnable = true });
        nic.Submit(new byte[3]);

        nic.Core.Reset(1);

        Assert.That((nic.Core.Epoch, nic.Core.Statistics.TxErrors), Is.EqualTo(((ushort)1, 0UL)));
    }

    [Test]
    public void EngineRoom_Sources_KnowNoPersonality()
    {
        IEnumerable<string> found = new[] { "Core", "Port", "Tls", "Crypto" }
            .SelectMany(room => Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "DeviceModel", room), "*.cs"))
            .Where(f => File.ReadAllText(f).Contains("Spec.Native", StringComparison.Ordinal) || File.ReadAllText(f).Contains("Personalities", StringComparison.Ordinal));

        Assert.That(found, Is.Empty);
    }

    private static CoreStatus TryInstallRx(NullPersonality nic, out ulong handle)
    {
        nic.Core.CreateKey(s_oracle.Cipher, s_oracle.Key, 0, out ulong key);
        var flow = new TcpFrame();
        var parameters = new RxContextParameters
        {
            KeyHandle = key,
            Version = s_oracle.Version,
            Queue = 0,
            Iv = s_oracle.Iv,
            StartSequence = 0,
            RecordNumber = 0,
            Tuple = FlowTuple.Create(flow.SourceAddress, flow.DestinationAddress, flow.SourcePort, flow.DestinationPort),
        };
        return nic.Core.InstallRx(parameters, out handle);
    }
}
