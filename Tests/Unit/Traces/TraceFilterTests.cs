using CsCheck;
using NicEmu.Spec.Events;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class TraceFilterTests
{
    private static readonly TraceEvent Doorbell = new() { Kind = TraceEventKind.MmioWrite, TimePs = 1_500_000_000, Device = 1, Index = 2, Address = 0x3000, Length = 4, Value = 9 };
    private static readonly TraceEvent Sent = new() { Kind = TraceEventKind.FrameSent, TimePs = 2_000_000, Handle = 0x0001_0000_0000_0007, RecordNumber = 5, TcpSequence = 0xFFFF_FF00 };
    private static readonly TraceEvent Delivered = new() { Kind = TraceEventKind.HostFrameReceived, Index = 3 };
    private static readonly TraceEvent Bare = new() { Kind = TraceEventKind.FrameReceived };

    [TestCase("", "DSHB")]
    [TestCase("kind=MmioWrite and time>=1ms", "D")]
    [TestCase("kind=mmiowrite", "D")]
    [TestCase("kind!=MmioWrite", "SHB")]
    [TestCase("time<2us", "HB")]
    [TestCase("time<=2us", "SHB")]
    [TestCase("time>1.4ms and time<0.0016s", "D")]
    [TestCase("time=2000ns", "S")]
    [TestCase("time=2000000ps", "S")]
    [TestCase("interface=wire", "SB")]
    [TestCase("interface=nic0-host", "H")]
    [TestCase("interface=nic1-device", "D")]
    [TestCase("interface=nic1-host", "")]
    [TestCase("interface!=wire", "DH")]
    [TestCase("device=1", "D")]
    [TestCase("queue=3", "DH")]
    [TestCase("queue!=3", "")]
    [TestCase("queue>2", "DH")]
    [TestCase("handle=0x0001000000000007", "S")]
    [TestCase("handle!=1", "S")]
    [TestCase("record=5", "S")]
    [TestCase("seq=0xFFFFFF00", "S")]
    [TestCase("seq<0x10", "S")]
    [TestCase("seq>0x10", "")]
    [TestCase("address=0x3000", "D")]
    [TestCase("register=DB3_TX_TAIL", "D")]
    [TestCase("register=DB_TX_TAIL", "D")]
    [TestCase("register!=DB3_TX_TAIL", "")]
    [TestCase("not kind=FrameSent", "DHB")]
    [TestCase("not not kind=FrameSent", "S")]
    [TestCase("kind=FrameSent or kind=FrameReceived and time>1s", "S")]
    [TestCase("(kind=FrameSent or kind=FrameReceived) and time>1s", "")]
    [TestCase("kind=MmioWrite and not (queue=4 or interface=host)", "D")]
    public void Matches_Expression_TakesTheseEvents(string expression, string expected)
    {
        TraceFilter filter = TraceFilter.Parse(expression);

        string taken = (filter.Matches(Doorbell) ? "D" : "") + (filter.Matches(Sent) ? "S" : "") + (filter.Matches(Delivered) ? "H" : "") + (filter.Matches(Bare) ? "B" : "");

        Assert.That(taken, Is.EqualTo(expected));
    }

    [TestCase("kind=Mmio", 6, "no event kind")]
    [TestCase("colour=3", 1, "not a member")]
    [TestCase("queue", 6, "expected")]
    [TestCase("queue=", 7, "a value")]
    [TestCase("queue==3", 7, "a value")]
    [TestCase("queue=x", 7, "no number")]
    [TestCase("queue=-3", 7, "a value")]
    [TestCase("seq=0x100000000", 5, "32-bit")]
    [TestCase("time=5", 6, "no time")]
    [TestCase("time=99999999999999999999s", 6, "no time")]
    [TestCase("kind<MmioRead", 5, "= and !=")]
    [TestCase("queue=3 time=1s", 9, "and, or")]
    [TestCase("queue=3 and", 12, "missing")]
    [TestCase("(queue=3", 9, "parenthesis")]
    [TestCase("queue=3)", 8, "not expected")]
    [TestCase("  & queue=3", 3, "not a member")]
    public void Parse_WrongExpression_NamesTheColumn(string expression, int column, string reason)
    {
        Assert.That(
            () => TraceFilter.Parse(expression),
            Throws.TypeOf<TraceFilterException>().With.Property("Column").EqualTo(column).And.Message.Contains(reason).And.Message.Contains($"Column {column}"));
    }

    [Test]
    public void Parse_DeeplyNested_IsRefused()
    {
        Assert.That(() => TraceFilter.Parse(new string('(', 100_000)), Throws.TypeOf<TraceFilterException>().With.Message.Contains("nested"));
    }

    [Test]
    public void Parse_AnyWords_ThrowsOnlyFilterErrors()
    {
        string[] words = ["kind", "time", "queue", "=", "!=", "<", ">=", "and", "or", "not", "(", ")", "1ms", "0x10", "MmioRead", "wire", "interface", "!", "é"];
        Gen.Int[0, words.Length - 1].Array[0, 12].Sample(picked =>
        {
            try
            {
                TraceFilter filter = TraceFilter.Parse(string.Join(' ', picked.Select(i => words[i])));
                foreach ((TraceEvent e, _) in TestEvents.All)
                {
                    filter.Matches(e);
                }
            }
            catch (TraceFilterException e)
            {
                return e.Column > 0;
            }

            return true;
        });
    }

    [Test]
    public void FilteredTrace_Events_PassesWhatMatchesAndSecrets()
    {
        using var output = new StringWriter();
        var trace = new FilteredTrace(TraceFilter.Parse("kind=Reset"), new TextTrace(output, RegisterNames.Native));

        trace.On(new TraceEvent { Kind = TraceEventKind.Reset, Code = 1 }, default);
        trace.On(Doorbell, default);
        trace.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM 00 11" }, default);

        Assert.That(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(2));
        Assert.That(output.ToString(), Does.Contain("RESET").And.Contain("KEYLOG"));
    }
}
