using NicEmu.Spec.Events;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class KeyLogFileTests
{
    [Test]
    public void On_KeyLogEvents_WritesEachLineOnce()
    {
        using var output = new StringWriter();
        var file = new KeyLogFile(output);

        file.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM 00 11" }, default);
        file.On(new TraceEvent { Kind = TraceEventKind.GuestError, Text = "no secret" }, default);
        file.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM 00 11" }, default);
        file.On(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = "CLIENT_RANDOM 22 33" }, default);

        Assert.That(output.ToString(), Is.EqualTo("CLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33\n"));
    }

    [TestCase("CLIENT_RANDOM 0011 616263", "CLIENT_RANDOM 0011 sha256:ba7816bf")]
    [TestCase("CLIENT_RANDOM 0011 616263 \n", "CLIENT_RANDOM 0011 sha256:ba7816bf")]
    [TestCase("nonsense", "sha256:")]
    [TestCase("", "sha256:")]
    public void KeyLogLine_AnyForm_ShowsNoSecret(string line, string expected)
    {
        string redacted = Redaction.KeyLogLine(line);

        Assert.That(redacted, Does.Contain(expected));
        Assert.That(redacted, Does.Not.Contain("616263"));
    }
}
