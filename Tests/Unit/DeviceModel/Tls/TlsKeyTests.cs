using System.Security.Cryptography;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

[TestFixture]
public sealed class TlsKeyTests
{
    private EngineFixture _fixture = null!;
    private byte[] _key = [];

    [SetUp]
    public void SetUp()
    {
        _fixture = new EngineFixture();
        _key = [.. Enumerable.Range(0x41, 16).Select(i => (byte)i)];
    }

    [TearDown]
    public void TearDown() => _fixture.Dispose();

    [Test]
    public void Handle_Bits_AreSlotGenerationEpoch()
    {
        var handle = ObjectHandle.Create(ObjectKind.Receive, 0x12345, 0xABCDEF, 0x5678);

        Assert.That(handle.Value, Is.EqualTo(0x5678_ABCDEF_C12345));
        Assert.That((handle.Kind, handle.Index, handle.Generation, handle.Epoch), Is.EqualTo((ObjectKind.Receive, 0x12345, 0xABCDEFU, (ushort)0x5678)));
    }

    [Test]
    public void CreateKey_WrongLengthOrCipher_IsRefused()
    {
        Assert.That(_fixture.Engine.CreateKey(TlsCipher.Aes256Gcm, 0, _key, out _), Is.EqualTo(TlsCommandStatus.BadParameter));
        Assert.That(_fixture.Engine.CreateKey((TlsCipher)4, 0, _key, out _), Is.EqualTo(TlsCommandStatus.Unsupported));
        Assert.That(_fixture.Engine.CreateKey(0, 0, _key, out _), Is.EqualTo(TlsCommandStatus.Unsupported));
    }

    [Test]
    public void CreateKey_OneMoreThanTheTableHolds_IsRefusedWithAnEvent()
    {
        for (int i = 0; i < 8; i++)
        {
            _fixture.CreateKey(TlsCipher.Aes128Gcm, _key);
        }

        TlsCommandStatus status = _fixture.Engine.CreateKey(TlsCipher.Aes128Gcm, 0, _key, out ObjectHandle handle);

        Assert.That((status, handle.Value), Is.EqualTo((TlsCommandStatus.TableFull, 0UL)));
        Assert.That(_fixture.Raised, Is.EqualTo(new[] { (EventCode.TableFull, 0UL, 1UL) }));
    }

    [Test]
    public void DestroyKey_WhileAContextHoldsIt_IsBusy()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 0, 1).Add(10);
        ulong key = _fixture.CreateKey(TlsCipher.Aes128Gcm, stream.Key);
        ulong context = _fixture.InstallTx(key, stream);
        Assert.That(_fixture.Engine.DestroyKey(key), Is.EqualTo(TlsCommandStatus.Busy));

        _fixture.Engine.RemoveTx(context);

        Assert.That(_fixture.Engine.DestroyKey(key), Is.EqualTo(TlsCommandStatus.Ok));
        Assert.That(_fixture.Engine.DestroyKey(key), Is.EqualTo(TlsCommandStatus.StaleHandle));
    }

    [Test]
    public void DestroyKey_KeyBytesAndExpandedKey_AreZero()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 0, 1).Add(10);
        ulong key = _fixture.CreateKey(TlsCipher.Aes128Gcm, stream.Key);
        ulong context = _fixture.InstallTx(key, stream);
        _fixture.Send(context, stream, 0, stream.Length);
        Assert.That(_fixture.Engine.Keys.Resolve(key, out KeyObject? target), Is.EqualTo(HandleState.Live));
        ReadOnlySpan<byte> expanded = _fixture.Engine.Keys.Cache.Get(target!.Current).Memory;
        Assert.That(expanded.IndexOf(stream.Key), Is.GreaterThanOrEqualTo(0));
        Assert.That(_fixture.Engine.Keys.Slab.Memory.IndexOf(stream.Key), Is.GreaterThanOrEqualTo(0));
        _fixture.Engine.RemoveTx(context);

        _fixture.Engine.DestroyKey(key);

        Assert.That(expanded.ToArray(), Is.All.Zero);
        Assert.That(_fixture.Engine.Keys.Slab.Memory.ToArray(), Is.All.Zero);
    }

    [Test]
    public void RevokeKey_WhileHeld_ZeroesAtOnceAndTakesNoNewContext()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 0, 1).Add(10);
        ulong key = _fixture.CreateKey(TlsCipher.Aes128Gcm, stream.Key);
        ulong context = _fixture.InstallTx(key, stream);

        _fixture.Engine.RevokeKey(key);

        Assert.That(_fixture.Engine.Keys.Slab.Memory.ToArray(), Is.All.Zero);
        Assert.That(
            _fixture.Engine.InstallTx(new TxInstallation { Key = key, Version = TlsVersion.Tls13 }, out _), Is.EqualTo(TlsCommandStatus.StaleHandle));
        Assert.That(_fixture.Engine.RotateKey(key, _key, out _), Is.EqualTo(TlsCommandStatus.BadState));
        Assert.That(_fixture.Engine.DestroyKey(key), Is.EqualTo(TlsCommandStatus.Busy));
        Assert.That(_fixture.Engine.RemoveTx(context), Is.EqualTo(TlsCommandStatus.Ok));
    }

    [Test]
    public void RotateKey_OldGeneration_GoesWithItsLastContext()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 0, 1).Add(10).Add(10);
        ulong key = _fixture.CreateKey(TlsCipher.Aes128Gcm, stream.Key);
        ulong context = _fixture.InstallTx(key, stream);

        _fixture.Engine.RotateKey(key, _key, out ObjectHandle renewed);

        Assert.That(_fixture.Engine.InstallTx(new TxInstallation { Key = key, Version = TlsVersion.Tls13 }, out _), Is.EqualTo(TlsCommandStatus.StaleHandle));
        Assert.That(_fixture.Send(context, stream, 0, stream.Length).Bytes, Is.EqualTo(stream.Wire));
        _fixture.Engine.RemoveTx(context);
        Assert.That(_fixture.Engine.Keys.Slab.Memory.IndexOf(stream.Key), Is.Negative);
        Assert.That(_fixture.Engine.Keys.Slab.Memory.IndexOf(_key), Is.GreaterThanOrEqualTo(0));
        Assert.That(_fixture.Engine.DestroyKey(renewed.Value), Is.EqualTo(TlsCommandStatus.Ok));
    }

    [Test]
    public void SyncKeys_RotatedKey_LeavesNoExpandedCopy()
    {
        RecordStream stream = new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 0, 1).Add(10).Add(10);
        ulong key = _fixture.CreateKey(TlsCipher.Aes128Gcm, stream.Key);
        ulong context = _fixture.InstallTx(key, stream);
        _fixture.Send(context, stream, 0, 20);
        _fixture.Engine.Keys.Resolve(key, out KeyObject? target);
        ReadOnlySpan<byte> expanded = _fixture.Engine.Keys.Cache.Get(target!.Current).Memory;
        _fixture.Engine.RotateKey(key, _key, out _);

        _fixture.Engine.SyncKeys();

        Assert.That(expanded.ToArray(), Is.All.Zero);
        Assert.That(_fixture.Send(context, stream, 20, stream.Length - 20).Bytes, Is.EqualTo(stream.Wire[20..]), "expanded anew");
    }

    [Test]
    public void Cache_MoreKeysThanItHolds_CountsMissesAndStaysRight()
    {
        RecordStream[] streams = [.. Enumerable.Range(0, 3).Select(i => new RecordStream(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 0, 0, i).Add(100))];
        ulong[] contexts = [.. streams.Select(s => _fixture.InstallTx(s))];

        for (int offset = 0; offset < 120; offset += 10)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.That(_fixture.Send(contexts[i], streams[i], offset, 10).Bytes, Is.EqualTo(streams[i].Wire[offset..(offset + 10)]));
            }
        }

        AeadKeyCache cache = _fixture.Engine.Keys.Cache;
        Assert.That((cache.Hits + cache.Misses, cache.Misses), Is.EqualTo((36UL, 36UL)));
        Assert.That(cache.FetchedBytes, Is.EqualTo(36UL * 16));
        _fixture.Send(contexts[2], streams[2], 120, 1);
        Assert.That(cache.Hits, Is.EqualTo(1));
    }

    [Test]
    public void Slot_GenerationsUsedUp_IsRetiredUntilPowerOn()
    {
        using var fixture = new EngineFixture(new TlsEngineOptions { Keys = 1, TxContexts = 1, RxContexts = 1, CachedKeys = 1 });
        ulong first = fixture.CreateKey(TlsCipher.Aes128Gcm, _key);
        fixture.Engine.DestroyKey(first);
        fixture.Engine.Keys.Handles.Age(0, ObjectHandle.MaxGeneration - 1);
        ulong last = fixture.CreateKey(TlsCipher.Aes128Gcm, _key);
        Assert.That(fixture.Engine.RotateKey(last, _key, out _), Is.EqualTo(TlsCommandStatus.HandlesExhausted));

        fixture.Engine.DestroyKey(last);

        Assert.That(fixture.Raised, Is.EqualTo(new[] { (EventCode.SlotRetired, last, 0UL) }));
        Assert.That(fixture.Engine.CreateKey(TlsCipher.Aes128Gcm, 0, _key, out _), Is.EqualTo(TlsCommandStatus.TableFull));
        fixture.Engine.Reset(2);
        Assert.That(fixture.Engine.CreateKey(TlsCipher.Aes128Gcm, 0, _key, out _), Is.EqualTo(TlsCommandStatus.TableFull));
    }

    [Test]
    public void Slots_ManyInstallsAndRemovals_NeitherLeakNorRepeatAHandle()
    {
        var seen = new HashSet<ulong>();
        for (int i = 0; i < 100; i++)
        {
            ulong key = _fixture.CreateKey(TlsCipher.Aes128Gcm, _key);
            Assert.That(seen.Add(key), Is.True);
            Assert.That(_fixture.Engine.InstallRx(new RxInstallation { Key = key, Version = TlsVersion.Tls13 }, out ObjectHandle context), Is.EqualTo(TlsCommandStatus.Ok));
            Assert.That(seen.Add(context.Value), Is.True);
            Assert.That(_fixture.Engine.RemoveRx(context.Value), Is.EqualTo(TlsCommandStatus.Ok));
            Assert.That(_fixture.Engine.DestroyKey(key), Is.EqualTo(TlsCommandStatus.Ok));
        }

        Assert.That((_fixture.Engine.Keys.Handles.Count, _fixture.Engine.Receive.Handles.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void CommandStatus_Numbers_AreThoseOfTheMailbox()
    {
        // docs: MBOX_STAT.ERROR.
        Assert.That(
            Enum.GetValues<TlsCommandStatus>().Select(s => ((int)s, s.ToString())),
            Is.EqualTo(new[]
            {
                (0, "Ok"), (3, "BadParameter"), (4, "BadHandle"), (5, "StaleHandle"), (6, "TableFull"), (7, "Busy"), (8, "Unsupported"),
                (11, "BadState"), (13, "HandlesExhausted"),
            }));
    }

    [Test]
    public void Fingerprint_Key_IsTheStartOfItsSha256()
    {
        ulong key = _fixture.CreateKey(TlsCipher.Aes128Gcm, _key);
        _fixture.Engine.Keys.Resolve(key, out KeyObject? target);

        Assert.That(target!.Current.Fingerprint.ToString("x8"), Is.EqualTo(Convert.ToHexString(SHA256.HashData(_key)).ToLowerInvariant()[..8]));
    }
}
