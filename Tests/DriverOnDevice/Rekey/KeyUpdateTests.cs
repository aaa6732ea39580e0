using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Rekey;

/// <summary>Key updates of TLS 1.3 on live connections, judged by the wire and by what arrives.</summary>
[TestFixture]
public sealed class KeyUpdateTests
{
    [Test]
    public void Update_NothingUnacknowledged_OldContextGoesAndTheNewOneBegins([Values] TlsCipher cipher)
    {
        using var flow = new RekeyFlow(cipher);
        byte[] data = KtlsFixture.Pattern(50_000, 1);
        flow.Hosts.ClientToServer(data);
        flow.Settle();
        ulong old = flow.Client.TxHandle;

        flow.UpdateClient();
        flow.Settle();
        flow.Hosts.ClientToServer(data);
        flow.Settle();

        KtlsCounters counters = flow.Hosts.Client.Host.Counters;
        Assert.That(flow.Client.TxState, Is.EqualTo(KtlsState.Device));
        Assert.That(flow.Client.TxHandle, Is.Not.EqualTo(old).And.Not.Zero);
        Assert.That((counters.TlsTxRekeyOk, counters.TlsTxRekeyFallback, counters.TlsCurrTxRekey, counters.TxTlsFallback), Is.EqualTo((1L, 0L, 0L, 0L)));
        Assert.That(flow.ServerCounters.TlsRxRekeyOk, Is.EqualTo(1));
        Assert.That(flow.Server.RxState, Is.EqualTo(KtlsState.Device));
        Assert.That(flow.ServerCounters.RxRecordsDevice, Is.GreaterThanOrEqualTo(7), "the card opens records under the new key too");
        flow.Judge([.. data, .. data]);
    }

    [Test]
    public void Update_ConnectionEndsBeforeTheNoticeAboutTheKey_NothingElseHappens()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm);
        // What is put off comes in its order: the end, then the notice about the key.
        flow.Server.Record = (_, _) => flow.Hosts.Server.Host.Defer(flow.Server.Dispose);

        flow.UpdateClient();
        flow.Settle();

        Assert.That((flow.ServerUpdater!.Received, flow.ServerCounters.TlsRxRekeyError, flow.ServerCounters.TlsCurrRxRekey), Is.EqualTo((0, 0L, 0L)));
        Assert.That(flow.Server.Connection.State, Is.EqualTo(TcpState.Closed));
    }

    [Test]
    public void Update_EveryRecord_EachKeyHasItsPart([Values] TlsCipher cipher)
    {
        using var flow = new RekeyFlow(cipher);
        byte[] data = KtlsFixture.Pattern(2000, 1);
        var all = new List<byte>();

        for (int i = 0; i < 12; i++)
        {
            flow.Hosts.ClientToServer(data);
            all.AddRange(data);
            flow.UpdateClient();
        }

        flow.Hosts.ClientToServer(data);
        flow.Settle();

        KtlsCounters counters = flow.Hosts.Client.Host.Counters;
        Assert.That(counters.TlsTxRekeyOk + counters.TlsTxRekeyFallback, Is.EqualTo(12), "one outcome each");
        Assert.That((flow.ServerCounters.TlsRxRekeyReceived, flow.ServerCounters.TlsRxRekeyOk + flow.ServerCounters.TlsRxRekeyFallback, flow.ServerCounters.TlsCurrRxRekey), Is.EqualTo((12L, 12L, 0L)));
        flow.Judge([.. all, .. data]);
    }

    [Test, Combinatorial]
    public void Update_InTransferOverABadNetwork_OldBytesUnderTheOldKeyNewOnesUnderTheNew([Values] TlsCipher cipher, [Range(1, 6)] int seed)
    {
        using var flow = new RekeyFlow(cipher, new() { MaxRecordPayload = 3000 });
        byte[] data = KtlsFixture.Pattern(400_000, seed);
        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 0.01 * seed, Reorder = 0.02, Duplicate = 0.01 };

        flow.Stream(data, updateEvery: 60_000);
        flow.Settle();

        KtlsCounters counters = flow.Hosts.Client.Host.Counters;
        Assert.That(counters.TxTlsOoo, Is.Positive);
        Assert.That(counters.TlsTxRekeyOk + counters.TlsTxRekeyFallback, Is.EqualTo(6));
        Assert.That(counters.TlsCurrTxRekey, Is.Zero);
        Assert.That(flow.ServerCounters.TlsRxRekeyReceived, Is.EqualTo(6));
        Assert.That(flow.ServerCounters.TlsDecryptError, Is.Zero);
        Assert.That((flow.Client.TxState, flow.Client.IsTxRekeying), Is.EqualTo((KtlsState.Device, false)));
        flow.Judge(data);
    }

    [Test]
    public void Update_BytesUnacknowledged_NewKeyIsInstalledWithTheLiveNumber()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm, new() { MaxRecordPayload = 1000 });
        byte[] data = KtlsFixture.Pattern(30_000, 1);
        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 1 };
        flow.Client.Write(data);
        flow.UpdateClient();
        KtlsState during = flow.Client.TxState;
        flow.Client.Write(data);
        flow.Run(TwoHosts.SecondPs / 100);
        int installedWhileLost = flow.Hosts.Client.Log.ContextsInstalled;

        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile();
        flow.Hosts.Loop.RunUntil(() => flow.Hosts.ServerReceived.Count == 60_000, 60 * TwoHosts.SecondPs);
        flow.Settle();
        flow.Hosts.ClientToServer(data);
        flow.Settle();

        Assert.That(during, Is.EqualTo(KtlsState.Rekeying));
        Assert.That(flow.Hosts.Client.Log.ContextsInstalled, Is.EqualTo(installedWhileLost + 1));
        Assert.That(flow.Client.TxState, Is.EqualTo(KtlsState.Device));
        Assert.That(flow.Client.TxSession!.NextRecord, Is.EqualTo(60), "thirty records in software, thirty in the card");
        Assert.That(flow.Hosts.Client.Host.Counters.TlsTxRekeyOk, Is.EqualTo(1));
        flow.Judge([.. data, .. data, .. data]);
    }

    [Test]
    public void Update_AnotherIsPending_LastOneGoesToTheCard()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes256Gcm, new() { MaxRecordPayload = 1000 });
        byte[] data = KtlsFixture.Pattern(10_000, 1);
        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 1 };
        for (int i = 0; i < 3; i++)
        {
            flow.Client.Write(data);
            flow.UpdateClient();
        }

        flow.Client.Write(data);
        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile();
        flow.Hosts.Loop.RunUntil(() => flow.Hosts.ServerReceived.Count == 40_000, 60 * TwoHosts.SecondPs);
        flow.Settle();

        KtlsCounters counters = flow.Hosts.Client.Host.Counters;
        Assert.That((counters.TlsTxRekeyOk, counters.TlsTxRekeyFallback), Is.EqualTo((1L, 2L)));
        Assert.That(flow.Client.TxState, Is.EqualTo(KtlsState.Device));
        flow.Judge([.. data, .. data, .. data, .. data]);
    }

    [Test]
    public void Update_CardRefusesTheNewKey_SoftwareThenTheNextUpdateReturnsToTheCard()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(20_000, 1);
        flow.Hosts.ClientToServer(data);
        flow.Settle();
        List<ulong> filler = flow.FillKeyTable(leave: 0);

        flow.UpdateClient();
        flow.Settle();
        var refused = (flow.Client.TxState, flow.Client.TxFallbackReason);
        flow.Hosts.ClientToServer(data);
        foreach (ulong key in filler) flow.Hosts.Client.Host.Nic.Tls.Submit(MailboxOpcode.KeyDestroy, key);
        flow.Settle();
        flow.UpdateClient();
        flow.Settle();
        flow.Hosts.ClientToServer(data);
        flow.Settle();

        KtlsCounters counters = flow.Hosts.Client.Host.Counters;
        Assert.That(refused, Is.EqualTo((KtlsState.Software, KtlsFallbackReason.RekeyFailed)));
        Assert.That((counters.TlsTxRekeyOk, counters.TlsTxRekeyFallback), Is.EqualTo((1L, 1L)));
        Assert.That((flow.Client.TxState, flow.Client.TxFallbackReason), Is.EqualTo((KtlsState.Device, KtlsFallbackReason.None)));
        flow.Judge([.. data, .. data, .. data]);
    }

    [Test]
    public void Update_InterfaceGoesDownBeforeItsEnd_SoftwareAndTheStreamIsRight()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(30_000, 1);
        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 1 };
        flow.Client.Write(data);
        flow.UpdateClient();
        flow.Client.Write(data);

        flow.Hosts.Client.Host.Down(flow.Hosts.Client.Host.Up);
        flow.Run(TwoHosts.SecondPs / 100);
        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile();
        flow.Hosts.Loop.RunUntil(() => flow.Hosts.ServerReceived.Count == 60_000, 60 * TwoHosts.SecondPs);
        flow.Settle();

        KtlsCounters counters = flow.Hosts.Client.Host.Counters;
        Assert.That((counters.TlsTxRekeyOk, counters.TlsTxRekeyFallback, counters.TlsCurrTxRekey), Is.EqualTo((0L, 1L, 0L)));
        Assert.That((flow.Client.TxState, flow.Client.TxFallbackReason), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.InterfaceDown)));
        flow.Judge([.. data, .. data]);
    }

    [Test]
    public void Close_UpdatePending_CountsAborted()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm);
        flow.Hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 1 };
        flow.Client.Write(KtlsFixture.Pattern(3000, 1));
        flow.UpdateClient();

        flow.Client.Dispose();
        flow.Settle();

        KtlsCounters counters = flow.Hosts.Client.Host.Counters;
        Assert.That((counters.TlsTxRekeyAborted, counters.TlsCurrTxRekey), Is.EqualTo((1L, 0L)));
        Assert.That(flow.Hosts.Client.Device.InternalBus.Read(NativeMap.Internal.KeysUsed.Offset), Is.Zero, "no key is left");
    }

    [Test]
    public void Receive_RecordsDecryptedUnderTheOldKey_AreUndone()
    {
        // The receiver learns of the update late: its application does not read while the next records arrive.
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(60_000, 1);
        RecordHandler? reader = flow.Server.Record;
        flow.Server.Record = null;
        flow.Client.Write(data);
        flow.UpdateClient();
        flow.Client.Write(data);
        flow.Run(TwoHosts.SecondPs / 10);

        flow.Server.Record = reader;
        flow.Hosts.Loop.RunUntil(() => flow.Hosts.ServerReceived.Count == 120_000, 60 * TwoHosts.SecondPs);
        flow.Settle();

        Assert.That(flow.ServerCounters.RxRecordsUndone, Is.Positive);
        Assert.That(flow.ServerCounters.TlsDecryptError, Is.Zero);
        flow.Judge([.. data, .. data]);
    }

    [Test]
    public void Receive_TwoUpdatesBeforeAnythingIsRead_BothAreFollowed([Values] TlsCipher cipher)
    {
        using var flow = new RekeyFlow(cipher);
        byte[] data = KtlsFixture.Pattern(40_000, 1);
        RecordHandler? reader = flow.Server.Record;
        flow.Server.Record = null;
        for (int i = 0; i < 2; i++)
        {
            flow.Client.Write(data);
            flow.UpdateClient();
        }

        flow.Client.Write(data);
        flow.Run(TwoHosts.SecondPs / 10);

        flow.Server.Record = reader;
        flow.Hosts.Loop.RunUntil(() => flow.Hosts.ServerReceived.Count == 120_000, 60 * TwoHosts.SecondPs);
        flow.Settle();

        Assert.That((flow.ServerCounters.TlsRxRekeyReceived, flow.ServerCounters.TlsDecryptError), Is.EqualTo((2L, 0L)));
        flow.Judge([.. data, .. data, .. data]);
    }

    [Test]
    public void Receive_NoNewKey_ReadsNothingMore()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm, withServerUpdater: false);
        KtlsError? failed = null;
        flow.Server.Failed = e => failed = e;
        flow.UpdateClient();
        flow.Client.Write(KtlsFixture.Pattern(5000, 1));

        flow.Settle();

        Assert.That((flow.Server.RxError, failed), Is.EqualTo((KtlsError.KeyExpired, KtlsError.KeyExpired)));
        Assert.That(flow.Hosts.ServerReceived, Is.Empty);
        Assert.That(flow.Server.Connection.Available, Is.Positive);
    }

    [Test]
    public void Update_PeerIsAsked_BothDirectionsHaveNewKeys()
    {
        using var flow = new RekeyFlow(TlsCipher.ChaCha20Poly1305);
        byte[] data = KtlsFixture.Pattern(20_000, 1);

        flow.ClientUpdater.TryUpdate(requestPeer: true);
        flow.Settle();
        flow.Hosts.ClientToServer(data);
        flow.Hosts.ServerToClient(data);
        flow.Settle();

        Assert.That((flow.ClientUpdater.Received, flow.ServerUpdater!.Sent), Is.EqualTo((1, 1)));
        Assert.That(flow.Hosts.Client.Host.Counters.TlsRxRekeyOk, Is.EqualTo(1));
    }

    [Test]
    public void Update_OfAnotherKind_IsRefusedAndTheOldKeyWorksOn()
    {
        using var flow = new RekeyFlow(TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(20_000, 1);

        var cipher = Assert.Throws<KtlsException>(() => flow.Client.UpdateTlsTx(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes256Gcm)));
        var version = Assert.Throws<KtlsException>(() => flow.Client.UpdateTlsTx(KtlsFixture.Info(TlsVersion.Tls12, TlsCipher.Aes128Gcm)));
        var early = Assert.Throws<KtlsException>(() => flow.Server.UpdateTlsRx(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm)));
        var again = Assert.Throws<KtlsException>(() => flow.Client.SetTlsTx(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm)));
        flow.Hosts.ClientToServer(data);
        flow.Settle();

        Assert.That((cipher!.Error, version!.Error, early!.Error, again!.Error), Is.EqualTo((KtlsError.InvalidArgument, KtlsError.InvalidArgument, KtlsError.Busy, KtlsError.Busy)));
        Assert.That((flow.Hosts.Client.Host.Counters.TlsTxRekeyError, flow.ServerCounters.TlsRxRekeyError), Is.EqualTo((2L, 1L)));
        flow.Judge(data);
    }

    [Test]
    public void Update_Tls12_IsRefused()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls12, TlsCipher.Aes128Gcm);

        var refused = Assert.Throws<KtlsException>(() => hosts.ClientSocket.UpdateTlsTx(KtlsFixture.Info(TlsVersion.Tls12, TlsCipher.Aes128Gcm)));

        Assert.That(refused!.Error, Is.EqualTo(KtlsError.Busy));
    }
}
