using CsCheck;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Tls;

/// <summary>Whatever a driver or peer does, the engine answers with a status.</summary>
[TestFixture]
public sealed class TlsHostileInputTests
{
    private static readonly ulong[] s_numbers = [0, 1, 5, ulong.MaxValue - 1, ulong.MaxValue];
    private static readonly byte[] s_bytes = [0, 3, 3, 3, 20, 23, 23, 24, 255];

    [Test]
    public void Engine_AnySequenceOfVerbs_NeitherThrowsNorLetsPlaintextThrough()
    {
        int refused = 0;
        int done = 0;
        Gen.Int.Sample(
            seed =>
            {
                var random = new Random(seed);
                using var fixture = new EngineFixture();
                var handles = new List<ulong> { 0, ulong.MaxValue };
                var slots = new TxPositionSlot[2];
                var parameters = new TxParameterSlot[2];
                uint near = unchecked((uint)random.Next());
                for (int i = 0; i < 150; i++)
                {
                    TxStatus status = Step(fixture, random, handles, slots, parameters, ref near);
                    refused += status == TxStatus.Ok ? 0 : 1;
                    done += status == TxStatus.Ok ? 1 : 0;
                    if (random.Next(40) == 0)
                    {
                        fixture.Swap();
                    }
                }
            },
            iter: 150,
            threads: 1);

        Assert.That(refused, Is.GreaterThan(1000));
        Assert.That(done, Is.GreaterThan(1000));
    }

    private static TxStatus Step(EngineFixture fixture, Random random, List<ulong> handles, TxPositionSlot[] slots, TxParameterSlot[] parameters, ref uint near)
    {
        TlsEngine engine = fixture.Engine;
        ulong handle = handles[random.Next(handles.Count)];
        int queue = random.Next(2);
        ref TxPositionSlot slot = ref slots[queue];
        uint sequence = unchecked(near + (uint)random.Next(-60, 60));
        ulong number = s_numbers[random.Next(s_numbers.Length)];
        byte[] bytes = Bytes(random);
        byte[] plain = new byte[bytes.Length];
        switch (random.Next(18))
        {
            case 0:
                var cipher = (TlsCipher)random.Next(5);
                int length = random.Next(4) == 0 ? random.Next(40) : cipher == TlsCipher.Aes128Gcm ? 16 : 32;
                engine.CreateKey(cipher, 0, new byte[length], out ObjectHandle key);
                handles.Add(key.Value);
                return TxStatus.Ok;
            case 1:
                var transmit = new TxInstallation
                {
                    Key = handle,
                    Version = Version(random),
                    RecordNumber = number,
                    StartSequence = near,
                    Queue = (ushort)queue,
                    Mode = (TxMode)random.Next(4),
                };
                engine.InstallTx(transmit, out ObjectHandle created);
                handles.Add(created.Value);
                return TxStatus.Ok;
            case 2:
                var receive = new RxInstallation { Key = handle, Version = Version(random), RecordNumber = number, StartSequence = near, BudgetBytes = 50, BudgetUs = 1 };
                engine.InstallRx(receive, out created);
                engine.ActivateRx(created.Value);
                handles.Add(created.Value);
                return TxStatus.Ok;
            case 3:
                var position = new TxPosition(sequence, number, number, (ushort)random.Next(random.Next(2) == 0 ? 100 : 65536), 23, 0x0303, random.Next(2) == 0);
                return engine.Position(handle, queue, position, ref slot);
            case 4:
                return engine.Replay(handle, queue, bytes, ref slot, ref parameters[queue]);
            case 5 or 6 or 7:
                engine.Query(handle, out ContextSnapshot before);
                TxStatus status = engine.Protect(handle, queue, random.Next(2) == 0 ? before.ExpectedSequence : sequence, bytes, ref slot);
                if (status != TxStatus.Ok)
                {
                    Assert.That(bytes, Is.All.Zero);
                    Assert.That(slot.IsActive, Is.False);
                }
                else if (random.Next(3) > 0)
                {
                    engine.CommitTx(handle, bytes, 1, ref slot);
                }
                else
                {
                    engine.RollbackTx(handle);
                }

                return status;
            case 8 or 9 or 10:
                engine.Query(handle, out before);
                RxResult result = engine.Open(handle, random.Next(2) == 0 ? before.ExpectedSequence : sequence, bytes, plain, fixture.NowPs += 1_000_000);
                return result.Verdict == RxVerdict.ResyncRequest ? engine.AnswerResync((ResyncAnswerKind)random.Next(4), handle, result.CandidateSequence, number) : TxStatus.Ok;
            case 11:
                return engine.AnswerResync((ResyncAnswerKind)random.Next(4), handle, sequence, number);
            case 12:
                return random.Next(2) == 0 ? engine.AddReference(handle) : engine.ReleaseReference(handle) ? TxStatus.Ok : TxStatus.ContextInvalid;
            case 13:
                return engine.SetContext(handle, queue, Version(random), number, ref parameters[queue]);
            case 14:
                return engine.SetProgress(handle, queue, sequence, ref parameters[queue]);
            case 15:
                engine.Fence(queue, ref parameters[queue]);
                return TxStatus.Ok;
            case 16:
                var record = new TxPosition(0, number, random.Next(2) == 0 ? 0 : number, (ushort)random.Next(random.Next(2) == 0 ? 100 : 65536), 23, 0x0303, false);
                uint length32 = random.Next(2) == 0 ? (uint)bytes.Length : (uint)random.Next();
                return engine.Range(handle, queue, record, new TxWindow((uint)random.Next(random.Next(2) == 0 ? 30 : int.MaxValue), length32, (uint)random.Next(20)), ref slot);
            default:
                Manage(engine, random, handle, handles, near, number);
                return TxStatus.Ok;
        }
    }

    private static void Manage(TlsEngine engine, Random random, ulong handle, List<ulong> handles, uint near, ulong number)
    {
        switch (random.Next(11))
        {
            case 0:
                engine.RotateKey(handle, new byte[random.Next(2) == 0 ? 16 : 32], out ObjectHandle renewed);
                handles.Add(renewed.Value);
                break;
            case 1:
                engine.RevokeKey(handle);
                break;
            case 2:
                engine.SyncKeys();
                break;
            case 3:
                engine.DestroyKey(handle);
                break;
            case 4:
                engine.MoveTx(handle, 1);
                break;
            case 5:
                engine.UpdateTx(handle, near, number);
                break;
            case 6:
                engine.RemoveTx(handle);
                break;
            case 7:
                engine.RemoveRx(handle);
                break;
            case 8:
                engine.Quiesce(handle, random.Next(2) == 0);
                break;
            case 9:
                engine.PassBadChecksum(handle);
                break;
            default:
                handles.Add(unchecked((ulong)random.NextInt64()));
                break;
        }
    }

    private static TlsVersion Version(Random random) => random.Next(10) == 0 ? (TlsVersion)0x0302 : random.Next(2) == 0 ? TlsVersion.Tls12 : TlsVersion.Tls13;

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(200)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = s_bytes[random.Next(s_bytes.Length)];
        }

        for (int at = 0; random.Next(4) > 0 && at + 5 < bytes.Length;)
        {
            int length = random.Next(17, 60);
            new byte[] { 23, 3, 3, 0, (byte)length }.CopyTo(bytes, at);
            at += 5 + length;
        }

        return bytes;
    }
}
