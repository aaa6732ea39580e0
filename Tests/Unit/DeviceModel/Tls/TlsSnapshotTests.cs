using System.Collections;
using System.Reflection;
using System.Text;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

[TestFixture]
public sealed class TlsSnapshotTests
{
    [Test]
    public void Restore_AtEveryPacketBothWays_GivesTheSameRest([Values(1, 2, 3, 4, 5, 6)] int seed)
    {
        string straight = Run(seed, swap: false);

        string swapped = Run(seed, swap: true);

        Assert.That(swapped, Is.EqualTo(straight));
    }

    [Test]
    public void Save_AfterRestore_IsTheSame()
    {
        using var fixture = new EngineFixture();
        Scenario(fixture, 3, swap: false, new StringBuilder());
        string before = Dump(fixture.Engine.Save());

        fixture.Swap();

        Assert.That(Dump(fixture.Engine.Save()), Is.EqualTo(before));
        Assert.That(before, Has.Length.GreaterThan(10_000));
    }

    [Test]
    public void Restore_OtherVersionOrSizes_IsRefused()
    {
        using var fixture = new EngineFixture();
        TlsEngineSnapshot saved = fixture.Engine.Save();
        using var other = new EngineFixture(new TlsEngineOptions { Keys = 9, TxContexts = 8, RxContexts = 8, CachedKeys = 2 });

        Assert.That(() => fixture.Engine.Restore(saved with { Version = 3 }), Throws.ArgumentException);
        Assert.That(() => other.Engine.Restore(saved), Throws.ArgumentException);
    }

    [Test]
    public void Reset_DirtyEngine_IsLikeANewOne()
    {
        using var fixture = new EngineFixture();
        Scenario(fixture, 5, swap: false, new StringBuilder());
        using var fresh = new EngineFixture(fixture.Options with { Epoch = 2 });

        fixture.Engine.Reset(2);

        Assert.That(Dump(fixture.Engine.Save()), Is.EqualTo(Dump(fresh.Engine.Save())));
        Assert.That(fixture.Engine.Keys.Slab.Memory.ToArray(), Is.All.Zero);
    }

    private static string Run(int seed, bool swap)
    {
        using var fixture = new EngineFixture();
        var log = new StringBuilder();
        Scenario(fixture, seed, swap, log);
        foreach ((TraceEvent e, byte[] data) in fixture.Traced)
        {
            log.AppendLine($"{e.Kind} {e.TimePs} {e.Handle:X} {e.RecordNumber} {e.TcpSequence} {e.Code} {e.Value} {e.Flags} {e.Text} {Convert.ToHexString(data)}");
        }

        log.AppendLine(Dump(fixture.Engine.Save()));
        return log.ToString();
    }

    private static void Scenario(EngineFixture fixture, int seed, bool swap, StringBuilder log)
    {
        var random = new Random(seed);
        fixture.Engine.TracePlaintext = true;
        RecordStream stream = TlsReceivePropertyTests.Long(random, fakes: false);
        ulong transmit = fixture.InstallTx(stream);
        ulong receive = fixture.InstallRx(stream, budgetBytes: 3000, budgetUs: 1);
        Assert.That(fixture.Engine.RotateKey(fixture.KeyOf(receive), stream.Key, out ObjectHandle _), Is.EqualTo(TlsCommandStatus.Ok));
        byte[] wire = stream.Wire;
        TxPositionSlot slot = default;
        foreach ((int offset, int length) in stream.Cut(random, 2500))
        {
            log.AppendLine($"{offset} {fixture.Send(transmit, stream, offset, length).Status}");
            int from = random.Next(offset + 1);
            int start = stream.Records[stream.RecordAt(from)].Offset;
            log.AppendLine($"{fixture.Engine.Position(transmit, 0, EngineFixture.PositionOf(stream, from), ref slot)}");
            log.AppendLine($"{fixture.Replay(transmit, 0, stream.Plain.AsSpan(start, from - start), ref slot)}");
            Swap(fixture, swap);
            (TxStatus status, byte[] bytes) = fixture.Send(transmit, stream, from, Math.Min(700, offset + length - from), ref slot);
            log.AppendLine($"{status} {Convert.ToHexString(bytes)}");
            if (random.Next(8) == 0)
            {
                continue;
            }

            byte[] plain = new byte[length];
            RxResult result = fixture.Engine.Open(receive, stream.Sequence(offset), wire.AsSpan(offset, length), plain, fixture.NowPs += 500_000);
            log.AppendLine($"{result} {(result.Verdict == RxVerdict.Decrypted ? Convert.ToHexString(plain) : string.Empty)}");
            Swap(fixture, swap);
            if (result.Verdict == RxVerdict.ResyncRequest && random.Next(3) > 0)
            {
                int candidate = stream.Records.FindIndex(r => stream.Sequence(r.Offset) == result.CandidateSequence);
                var kind = candidate < 0 ? ResyncAnswerKind.Refuse : (ResyncAnswerKind)random.Next(1, 3);
                ulong number = candidate < 0 ? 0 : stream.Records[candidate].Number;
                log.AppendLine($"{fixture.Engine.AnswerResync(kind, receive, result.CandidateSequence, number)}");
            }
        }
    }

    private static void Swap(EngineFixture fixture, bool swap)
    {
        if (swap)
        {
            fixture.Swap();
        }
    }

    /// <summary>Every field of a saved state, however deep.</summary>
    private static string Dump(object? value)
    {
        var text = new StringBuilder();
        Dump(text, "snapshot", value);
        return text.ToString();
    }

    private static void Dump(StringBuilder text, string name, object? value)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum)
        {
            text.AppendLine($"{name} = {value}");
            return;
        }

        if (value is TlsCounters counters)
        {
            for (int i = 0; i < (int)TlsCounter.Count; i++)
            {
                text.AppendLine($"{name}.{(TlsCounter)i} = {counters[i]}");
            }

            return;
        }

        if (value is TagBytes tag)
        {
            text.AppendLine($"{name} = {Convert.ToHexString(tag)}");
            return;
        }

        if (value is IEnumerable items)
        {
            int index = 0;
            foreach (object item in items)
            {
                Dump(text, $"{name}[{index++}]", item);
            }

            return;
        }

        foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Dump(text, $"{name}.{field.Name}", field.GetValue(value));
        }
    }
}
