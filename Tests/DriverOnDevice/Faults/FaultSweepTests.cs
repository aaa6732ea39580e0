using NicEmu.Board.Faults;
using NicEmu.Board.Sessions;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Faults;

public sealed class FaultSweepTests
{
    private const long LimitPs = 3_000_000_000_000;

    public static IEnumerable<TestCaseData> EveryFaultAtEveryMoment()
    {
        foreach (FaultDefinition fault in FaultCatalogue.All)
        {
            foreach (string parameters in Variants(fault))
            {
                foreach (FaultMoment moment in fault.Moments)
                {
                    string text = $"{fault.Name}{parameters}@{FaultTrigger.NameOf(moment)}={NumberFor(moment, fault.Name + parameters)}";
                    yield return new TestCaseData(text).SetArgDisplayNames(text);
                }
            }
        }
    }

    // Each verdict is the driver's own; none may be an exception, a hang, or a wrong byte that arrives.
    [TestCaseSource(nameof(EveryFaultAtEveryMoment))]
    public void Fault_AnyKindAnyMoment_StrikesAndIsSurvivedOrReported(string text)
    {
        Assert.That(FaultSpecification.TryParse(text, out FaultSpecification? fault, out string mistake), Is.True, mistake);
        byte[] content = Content();
        using var sink = new MemoryStream();

        TransferResult result = TransferSession.Run(
            new TransferOptions { Faults = [fault!], TimeLimitPs = LimitPs, Direction = IsAboutReceiving(text) ? TransferDirection.Receive : TransferDirection.Send }, new MemoryStream(content), sink);

        Assert.That(result.Faults[0].Hits, Is.GreaterThan(0), $"{text}: {result.Failure}");
        byte[] arrived = sink.ToArray();
        Assert.That(content.AsSpan().StartsWith(arrived), Is.True, $"{text}: wrong bytes arrived; {result.Failure}");
        Assert.That(result.Succeeded ? arrived.Length : content.Length, Is.EqualTo(content.Length));
        Assert.That(result.WireSent!.DifferingBytes, Is.Zero, text);
        TestContext.Out.WriteLine($"{text}: {result.Failure ?? "passed"}");
    }

    private static IEnumerable<string> Variants(FaultDefinition fault)
    {
        yield return string.Empty;
        foreach (FaultParameter parameter in fault.Parameters.Where(static p => p.Words.Count > 0))
        {
            foreach (string word in parameter.Words.Where(w => w != parameter.Default))
            {
                yield return $":{parameter.Name}={word}";
            }
        }
    }

    private static string NumberFor(FaultMoment moment, string fault) => moment switch
    {
        FaultMoment.Time => fault.StartsWith("table", StringComparison.Ordinal) ? "0" : fault.Contains("event", StringComparison.Ordinal) ? "60us" : "160us",
        FaultMoment.Rate => IsRare(fault) ? "1" : "0.2",
        FaultMoment.Dma => IsRare(fault) ? "5" : "150",
        FaultMoment.Byte => "300",
        FaultMoment.Record => "2",
        FaultMoment.Segment => "2",
        FaultMoment.Frame => "4",
        _ => "1",
    };

    private static bool IsRare(string fault) => fault.Contains("event", StringComparison.Ordinal) || fault.StartsWith("mailbox", StringComparison.Ordinal);

    private static bool IsAboutReceiving(string text) => text.Contains("received", StringComparison.Ordinal) || text.Contains("ring=rx", StringComparison.Ordinal);

    private static byte[] Content()
    {
        byte[] content = new byte[120_000];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)((i * 7) + (i >> 8));
        }

        return content;
    }
}
