using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using NicEmu.DeviceModel.Core;
using NicEmu.Spec.Core;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Core;

internal sealed class SnapshotTests
{
    private const uint Start = 0xFFFF_F000;

    private static readonly RecordOracle s_oracle = new(TlsVersion.Tls12, TlsCipher.Aes128Gcm);

    [Test]
    public void SaveRestoreSave_OfABusyCore_IsTheSame()
    {
        var nic = new NullPersonality();
        Dirty(nic);
        CoreSnapshot saved = nic.Core.Save();
        var other = new NullPersonality();

        other.Core.Restore(saved);

        Assert.That(Text(other.Core.Save()), Is.EqualTo(Text(saved)));
        Assert.That(other.Raised, Is.Empty);
    }

    [Test]
    public void Save_Taken_DoesNotChangeWithTheCore()
    {
        var nic = new NullPersonality();
        Dirty(nic);
        CoreSnapshot saved = nic.Core.Save();
        string before = Text(saved);

        nic.Scheduler.RunAll();
        nic.Core.Reset(2);

        Assert.That(Text(saved), Is.EqualTo(before));
    }

    [Test]
    public void Restore_AtEveryFrame_ContinuesAsIfNothingHappened()
    {
        var reference = new NullPersonality();
        Dirty(reference);
        reference.Scheduler.RunAll();
        int frames = reference.Link.Count;
        for (int at = 0; at <= frames; at++)
        {
            var first = new NullPersonality();
            Dirty(first);
            for (int i = 0; i < at; i++)
            {
                first.Scheduler.RunNext();
            }

            var second = new NullPersonality();
            second.Core.Restore(first.Core.Save());
            second.Scheduler.RunAll();

            Assert.That((byte[][])[.. first.Link.Sent, .. second.Link.Sent], Is.EqualTo(reference.Link.Sent), $"swapped after frame {at}");
            Assert.That(second.Core.Statistics, Is.EqualTo(reference.Core.Statistics));
            Assert.That(second.Scheduler.NowPs, Is.EqualTo(reference.Scheduler.NowPs).Or.Zero);
        }
    }

    [Test]
    public void Restore_BetweenTwoChains_GoesOnInTheMiddleOfARecord()
    {
        var first = new NullPersonality();
        ulong handle = TlsTransmitTests.Install(first, s_oracle);
        (byte[] plain, byte[] wire) = s_oracle.Stream([3000, 3000], 7);
        Submit(first, handle, plain, 0, 1001);
        first.Scheduler.RunAll();
        var second = new NullPersonality();
        second.Core.Restore(first.Core.Save());

        Submit(second, handle, plain, 1001, plain.Length - 1001);
        second.Scheduler.RunAll();

        byte[] sent = [.. first.Link.Sent.Concat(second.Link.Sent).SelectMany(f => f[54..])];
        Assert.That(sent, Is.EqualTo(wire));
    }

    [Test]
    public void Restore_OfAnotherVersion_IsRefused()
    {
        var nic = new NullPersonality();
        CoreSnapshot saved = nic.Core.Save() with { Version = 3 };

        Assert.That(() => nic.Core.Restore(saved), Throws.ArgumentException);
    }

    [Test]
    public void Inspect_AfterDirtyAndReset_IsThatOfANewCore()
    {
        var fresh = new NullPersonality();
        fresh.Core.Reset(2);
        var dirty = new NullPersonality();
        Dirty(dirty);
        string before = Tree(dirty);

        dirty.Core.Reset(2);

        Assert.That(Tree(dirty), Is.EqualTo(Tree(fresh)).And.Not.EqualTo(before));
    }

    private static void Dirty(NullPersonality nic)
    {
        nic.Configure(new()
        {
            MacAddress = NullPersonality.Mac,
            UnicastFilters = new[] { 5UL },
            MulticastHashLow = 3,
            MulticastHashHigh = 4,
            AllMulticast = true,
            Mtu = 1600,
            VlanStrip = true,
            RxEnable = true,
            TxEnable = true,
        });
        TlsReceiveTests.Install(nic, s_oracle);
        ulong handle = TlsTransmitTests.Install(nic, s_oracle);
        nic.Core.AddReference(handle);
        (byte[] plain, _) = s_oracle.Stream([3000, 3000], 7);
        Submit(nic, handle, plain, 0, 4000);
        nic.Submit(new byte[700], TxOffloads.VlanInsert, vlan: 9);
        var position = new PositionParameters
        {
            Handle = handle,
            RecordStartSequence = Start,
            RecordNumber = 7,
            ExplicitNonce = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(plain.AsSpan(5)),
            LengthField = 3024,
            RecordType = 23,
            HeaderVersion = 0x0303,
        };
        TxStatus placed = nic.Core.Position(0, position);
        TxStatus replayed = nic.Core.Replay(0, handle, plain.AsSpan(0, 777));
        Assert.That((placed, replayed), Is.EqualTo((TxStatus.Ok, TxStatus.Ok)));
    }

    private static void Submit(NullPersonality nic, ulong handle, byte[] plain, int start, int count)
    {
        byte[] chain = new TcpFrame { Sequence = unchecked(Start + (uint)start), Payload = plain.AsSpan(start, count).ToArray() }.Build();
        TxOutcome outcome = nic.Submit(chain, TxOffloads.Tls | TxOffloads.Segmentation, mss: 900, headerLength: 54, handle: handle);
        Assert.That(outcome.Status, Is.EqualTo(TxStatus.Ok));
    }

    private static string Tree(NullPersonality nic)
    {
        var root = new InspectNode("nic");
        nic.Core.Inspect(root);
        return root.ToString();
    }

    /// <summary>Every field of a value, down to the numbers: records with arrays compare by reference only.</summary>
    private static string Text(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        Assert.That(depth, Is.LessThan(20), "a state has no cycles");
        switch (value)
        {
            case null:
                text.Append("null ");
                return;
            case string or bool or IFormattable:
                text.Append(CultureInfo.InvariantCulture, $"{value} ");
                return;
            case ReadOnlyMemory<byte> bytes:
                text.Append(Convert.ToHexString(bytes.Span)).Append(' ');
                return;
            case ReadOnlyMemory<ulong> words:
                Write(text, words.ToArray(), depth + 1);
                return;
            case IEnumerable items:
                text.Append('[');
                foreach (object? item in items)
                {
                    Write(text, item, depth + 1);
                }

                text.Append(']');
                return;
        }

        Type type = value.GetType();
        text.Append(type.Name).Append('{');
        if (type.GetCustomAttribute<InlineArrayAttribute>() is not null)
        {
            MethodInfo raw = typeof(SnapshotTests).GetMethod(nameof(Raw), BindingFlags.Static | BindingFlags.NonPublic)!;
            text.Append(raw.MakeGenericMethod(type).Invoke(null, [value])).Append('}');
            return;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            text.Append(field.Name).Append('=');
            Write(text, field.GetValue(value), depth + 1);
        }

        text.Append('}');
    }

    // Reflection sees the first element of an inline array only.
    private static string Raw<T>(T value)
        where T : unmanaged => Convert.ToHexString(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref value, 1)));
}
