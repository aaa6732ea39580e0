using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>A program in the card that counts no more is found after traffic; one that counts, and a card at rest, are left alone.</summary>
[TestFixture]
public sealed class NicHealthTests
{
    private const long LookPs = 100_000_000_000;

    private readonly FakeScheduler _scheduler = new();
    private readonly RecordingClient _client = new();
    private FakeCard _card = null!;

    [TestCase(true, new[] { NicError.FirmwareHung })]
    [TestCase(false, new NicError[0])]
    public void Look_AfterTrafficTwice_FindsTheCounterStanding(bool hung, NicError[] errors)
    {
        using NicDriver driver = Running();

        _card.Hung = hung;
        for (int i = 0; i < 2; i++)
        {
            Traffic();
            _scheduler.Advance(LookPs);
        }

        Assert.That(_client.Errors, Is.EqualTo(errors));
    }

    [Test]
    public void Look_CounterStoodOnceAndGoesOn_IsNoError()
    {
        using NicDriver driver = Running();
        _card.Hung = true;
        Traffic();
        _scheduler.Advance(LookPs);

        _card.Hung = false;
        Traffic();
        _scheduler.Advance(LookPs);

        Assert.That(_client.Errors, Is.Empty);
    }

    [Test]
    public void Look_NoTraffic_IsNotTaken()
    {
        using NicDriver driver = Running();
        _card.Hung = true;

        _scheduler.Advance(100 * LookPs);

        Assert.That(_client.Errors, Is.Empty);
    }

    private NicDriver Running()
    {
        _card = new() { OnCommand = (_, _) => _card.Answer(MailboxStatus.Ok) };
        var driver = new NicDriver(_card, _scheduler, _client, new() { HealthCheckPs = LookPs });
        driver.Start();
        _scheduler.Advance(100_000_000);
        if (driver.State == NicState.Starting) _card.Interrupt(0);
        _scheduler.Advance(2 * LookPs);
        Assert.That(driver.State, Is.EqualTo(NicState.Running));
        _client.Errors.Clear();
        return driver;
    }

    /// <summary>An interrupt of receive queue 0.</summary>
    private void Traffic() => _card.Interrupt(2);
}
