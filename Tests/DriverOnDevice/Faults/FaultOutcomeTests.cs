using NicEmu.Board.Faults;
using NicEmu.Board.Sessions;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Faults;

public sealed class FaultOutcomeTests
{
    [Test]
    public void TableFull_Transmit_LeavesTheConnectionInSoftwareAndTheDataWhole()
    {
        TransferResult result = Send("table-full:table=tx");

        Assert.That(result.Failure, Is.Null);
        Assert.That(result.Machine.TxState, Is.EqualTo(KtlsState.Software));
        Assert.That(result.Machine.RxState, Is.EqualTo(KtlsState.Device), "the other table has room");
        Assert.That(result.Machine.Card["STAT_TX_TLS_CTX"], Is.EqualTo(1024), "all of them are others'");
    }

    [Test]
    public void MailboxRefuse_EveryCommandFromTheFirstKey_LeavesBothDirectionsInSoftware()
    {
        TransferResult result = Send("mailbox-refuse:status=unsupported,count=9@command=1");

        Assert.That(result.Failure, Is.Null);
        Assert.That((result.Machine.TxState, result.Machine.RxState), Is.EqualTo((KtlsState.Software, KtlsState.Software)));
        Assert.That(result.Machine.GuestErrors, Is.Zero, "a refused command is no mistake of the driver");
    }

    [Test]
    public void DmaReadError_OfPayload_IsMadeGoodBySoftware()
    {
        TransferResult result = Send("dma-read-error:class=payload@nth=40");

        Assert.That(result.Failure, Is.Null);
        Assert.That(result.Machine.GuestErrors, Is.EqualTo(1), "the card reports the fault");
        Assert.That(result.Machine.Ktls.TxTlsErrors, Is.EqualTo(1));
    }

    [Test]
    public void RecordCorrupt_ByteChangedUnderARightChecksum_IsRefusedByTheTag()
    {
        TransferResult result = Send("record-corrupt:least=8192@record=1");

        Assert.That(result.Failure, Is.EqualTo("A received record was refused: BadMessage."));
        Assert.That(result.PeerMachine!.Ktls.TlsDecryptError, Is.EqualTo(1));
    }

    [Test]
    public void Removal_InTransfer_IsReportedByTheDriversOwnError()
    {
        TransferResult result = Send("removal@segment=10");

        Assert.That(result.Failure, Does.Contain("Removed"));
        Assert.That(result.TimedOut, Is.False);
    }

    [Test]
    public void FunctionLevelReset_InTransfer_GoesOnInSoftware()
    {
        TransferResult result = Send("flr@segment=10");

        Assert.That(result.Failure, Is.Null);
        Assert.That((result.Machine.TxState, result.Machine.TxFallback), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.CardLost)));
        Assert.That((result.Machine.RxState, result.Machine.RxFallback), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.CardLost)));
    }

    [Test]
    public void Fault_NeverStruck_FailsTheRunByName()
    {
        TransferResult result = Send("frame-drop@frame=100000");

        Assert.That(result.Failure, Is.EqualTo("The run ended before this fault could strike: frame-drop@frame=100000."));
    }

    [Test]
    public void LinkFlap_InTheMiddle_LosesNothingForGood()
    {
        TransferResult result = Send("link-flap:for=3ms@segment=20");

        Assert.That(result.Failure, Is.Null);
        Assert.That(result.ElapsedPs, Is.GreaterThan(3_000_000_000));
        Assert.That(result.Machine.SegmentsRetransmitted, Is.GreaterThan(0));
    }

    [Test]
    public void Faults_SameSeed_SameEventsTwice()
    {
        string[] faults = ["frame-drop@rate=0.05", "interrupt-delay@rate=0.1", "descriptor-delay@rate=0.05"];

        TransferResult first = Send(faults);
        TransferResult second = Send(faults);

        Assert.That(first.Faults.Select(static f => (f.Hits, f.FirstHitPs)), Is.EqualTo(second.Faults.Select(static f => (f.Hits, f.FirstHitPs))));
        Assert.That((first.Events, first.ElapsedPs), Is.EqualTo((second.Events, second.ElapsedPs)));
    }

    private static TransferResult Send(params string[] faults)
    {
        FaultSpecification[] specifications = [.. faults.Select(Parse)];
        return TransferSession.Run(new TransferOptions { Faults = specifications, TimeLimitPs = 5_000_000_000_000 }, new MemoryStream(new byte[200_000]), Stream.Null);
    }

    private static FaultSpecification Parse(string text) =>
        FaultSpecification.TryParse(text, out FaultSpecification? fault, out string mistake) ? fault! : throw new ArgumentException(mistake);
}
