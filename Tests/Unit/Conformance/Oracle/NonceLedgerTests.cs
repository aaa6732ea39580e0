using NicEmu.Conformance.Oracle;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Conformance.Oracle;

/// <summary>Keys, nonces and the records under them.</summary>
[TestFixture]
public sealed class NonceLedgerTests
{
    [Test]
    public void Add_SamePairOtherRecord_IsAReuse()
    {
        var ledger = new NonceLedger();

        bool[] added = [ledger.Add([1], [2], [3]), ledger.Add([1], [2], [3]), ledger.Add([1], [2], [4]), ledger.Add([1], [3], [4]), ledger.Add([2], [2], [4])];

        Assert.That(added, Is.EqualTo(new[] { true, true, false, true, true }));
        Assert.That((ledger.Pairs, ledger.Reuses, ledger.Forgotten), Is.EqualTo((3L, 1L, 0L)));
    }

    [Test]
    public void Add_BeyondTheCapacity_ForgetsTheOldest()
    {
        var ledger = new NonceLedger(2);
        ledger.Add([1], [1], [1]);
        ledger.Add([1], [2], [1]);
        ledger.Add([1], [3], [1]);

        bool known = !ledger.Add([1], [2], [9]);
        bool forgotten = ledger.Add([1], [1], [9]);

        Assert.That((known, forgotten, ledger.Forgotten), Is.EqualTo((true, true, 2L)));
    }
}
