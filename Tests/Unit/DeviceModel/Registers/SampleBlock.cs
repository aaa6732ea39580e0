using NicEmu.Spec.Registers;

namespace NicEmu.Tests.Unit.DeviceModel.Registers;

/// <summary>Two instances of a block that has every kind of field.</summary>
internal sealed class SampleBlock : RegisterBlock
{
    public readonly Register Mixed, Counter64, Pair64, Secret, Sticky;
    public readonly Field Ro, Rw, Wo, Clear, Set, Kept, Lost;

    public SampleBlock()
        : base("SAMPLE", 0, 0x100, 0x40, "All access rules.", 2)
    {
        Mixed = Reg("MIXED", 0x00, "All kinds.").Ro("RO", 31, 24, out Ro, "r", 0x5A).Rw("RW", 23, 16, out Rw, "rw", 0x11).Wo("WO", 15, 12, out Wo, "wo")
            .Rw1C("C", 11, 8, out Clear, "c").Rw1S("S", 7, 4, out Set, "s");
        Counter64 = Counter("COUNT", 0x08, "A counter.");
        Pair64 = Pair("PAIR", 0x10, "A pair.");
        Secret = Reg("KEY", 0x18, "A secret.").Secret("VALUE", 31, 0, out _, "v");
        Sticky = Reg("STICKY", 0x1C, "Kept and lost.").Rw("KEPT", 7, 0, out Kept, "k", 3).Sticky().Rw("LOST", 15, 8, out Lost, "l", 4);
    }
}
