using NicEmu.Board;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Conformance.Oracle;

/// <summary>The search for application data in frames.</summary>
[TestFixture]
public sealed class ContentGramsTests
{
    [Test]
    public void Frame_AnyThirtyOneBytesOfContent_AreNoticed([Range(0, 16)] int offset, [Values(0, 1, 54)] int place)
    {
        byte[] content = Content(4096);
        var grams = new ContentGrams(0);
        grams.Add(content.AsSpan(0, 1000));
        grams.Add(content.AsSpan(1000));

        grams.On(Sent(), [.. new byte[place], .. content.AsSpan(990 + offset, 31), .. new byte[9]]);

        Assert.That((grams.Leaks, grams.Frames), Is.EqualTo((1L, 1L)));
        Assert.That(grams.Failure, Does.StartWith("Frame 1 holds application data"));
    }

    [Test]
    public void Frame_OtherBytes_AreNot()
    {
        var grams = new ContentGrams(0);
        grams.Add(Content(1 << 16));

        grams.On(Sent(), Content((1 << 17) + 64).AsSpan(1 << 16));
        grams.On(new TraceEvent { Kind = TraceEventKind.FrameReceived }, Content(64));
        grams.On(new TraceEvent { Kind = TraceEventKind.FrameSent, Device = 1 }, Content(64));

        Assert.That((grams.Leaks, grams.Frames), Is.EqualTo((0L, 1L)));
    }

    [Test]
    public void Content_TooPlain_IsLeftOut()
    {
        var grams = new ContentGrams(0);
        grams.Add(new byte[64]);
        grams.Add([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1]);

        grams.On(Sent(), new byte[60]);

        Assert.That((grams.Leaks, grams.LeftOut, grams.Blocks), Is.EqualTo((0L, 5L, 0L)));
    }

    [Test]
    public void Content_BeyondTheCapacity_ForgetsTheOldest()
    {
        byte[] content = Content(64);
        var grams = new ContentGrams(0, 2);
        grams.Add(content);

        grams.On(Sent(), content.AsSpan(0, 32));
        grams.On(Sent(), content.AsSpan(32, 32));

        Assert.That((grams.Leaks, grams.Frames), Is.EqualTo((1L, 2L)));
    }

    private static TraceEvent Sent() => new() { Kind = TraceEventKind.FrameSent };

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new SeededRandom(3).Fill(content);
        return content;
    }
}
