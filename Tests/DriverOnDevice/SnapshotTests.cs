using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Sessions;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice;

/// <summary>A card can be pulled out at any moment and replaced by one that goes on from its saved state, and nobody notices.</summary>
public sealed class SnapshotTests
{
    private const int Size = 100_000;

    [Test]
    public void Replace_AfterEveryEvent_StreamIsUnchanged([Values] TlsVersion version, [Values] TransferDirection direction)
    {
        int replaced = 0;

        string undisturbed = Digest(version, direction, _ => { });
        string disturbed = Digest(version, direction, machines => machines.Board.Loop.EventRan = () =>
        {
            replaced++;
            machines.Board.Replace(machines.Board.Device.Save());
            machines.PeerBoard!.Replace(machines.PeerBoard.Device.Save());
        });

        Assert.That(disturbed, Is.EqualTo(undisturbed));
        Assert.That(replaced, Is.GreaterThan(500));
    }

    [Test]
    public void Save_RestoredCard_SavesTheSame()
    {
        var options = new TransferOptions { Prepared = machines => machines.Board.Loop.EventRan = () => Compare(machines.Board) };
        TransferResult result = TransferTests.Run(options, Size, out bool equal);

        TransferTests.Check(result, equal, Size);

        static void Compare(NicBoard board)
        {
            string before = board.Device.Inspect().ToString();
            board.Replace(board.Device.Save());
            Assert.That(board.Device.Inspect().ToString(), Is.EqualTo(before));
        }
    }

    private static string Digest(TlsVersion version, TransferDirection direction, Action<TransferMachines> prepared)
    {
        using var hash = new EventHash();
        var bad = new LossProfile { Drop = 0.03, Reorder = 0.03 };
        var options = new TransferOptions
        {
            Version = version,
            Direction = direction,
            Seed = 5,
            Outgoing = bad,
            Incoming = bad,
            Trace = hash,
            TraceTimers = true,
            Prepared = prepared,
            MaxRecordPayload = 4096,
        };
        TransferResult result = TransferTests.Run(options, Size, out bool equal);
        TransferTests.Check(result, equal, Size);
        return hash.Digest;
    }
}
