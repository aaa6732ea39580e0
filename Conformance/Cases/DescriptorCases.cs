using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C168 to C170: descriptors that name a context that they must not name.</summary>
internal static class DescriptorCases
{
    [Case("C168", CaseProfile.Security, "A DATA descriptor that names a deleted context is refused: no frame leaves.", Source = "register manual, TLS transmit", Stimulus = "TX_DESTROY, then a DATA chain with the old handle.", Observes = "completion, wire")]
    public static void DeletedContextIsRefused(DeviceCase c)
    {
        DeviceRig rig = c.Boot();
        var card = new RawCard(rig);
        card.PowerUp();
        FlowKeys keys = CaseKeys.Draw(c.Seed, "deleted", TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        Expect.Equal(card.KeyCreate(keys, out ulong key), 0u, "the status of KEY_CREATE");
        Expect.Equal(card.TxCreate(keys, key, 1000, out ulong context), 0u, "the status of TX_CREATE");
        Expect.Equal(card.Submit(33, context), 0u, "the status of TX_DESTROY");
        using DmaBuffer frame = rig.Bus.AllocateDma(200);
        byte[] bytes = RawFrames.Tcp(1000, CaseKeys.Bytes(c.Seed, "payload", 100));
        bytes.CopyTo(frame.Span);

        IReadOnlyList<RawCompletion> completions = card.Tx().Post(RawTxQueue.Data(frame.BusAddress, (uint)bytes.Length, context, 54, 7));

        Expect.Equal(completions.Count, 1, "the number of completions");
        Expect.That(completions[0].Status != 0, "the descriptor is refused");
        Expect.That(!rig.Wire.TryTakeFromDevice(out _), "no frame leaves");
    }
}
