using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Which register is where in the driver's windows.</summary>
internal static class RegisterPlaces
{
    private static readonly Dictionary<(int Bar, ulong Offset), RegisterPlace> Places = Build();

    public static RegisterPlace? Find(int bar, ulong offset) => Places.GetValueOrDefault((bar, offset & ~3UL));

    private static Dictionary<(int Bar, ulong Offset), RegisterPlace> Build()
    {
        var places = new Dictionary<(int, ulong), RegisterPlace>();
        foreach (RegisterBlock block in NativeMap.Blocks)
        {
            foreach (Register register in block.Registers)
            {
                bool isHigh = register.Offset >= 4 && block.TryGet(register.Offset - 4, out Register? low) && low.LatchesHighHalf;
                for (int instance = 0; instance < block.Count; instance++)
                {
                    places[(block.Bar, block.OffsetOf(register, instance))] = new RegisterPlace(block, instance, register) { IsLatchedHigh = isHigh };
                }
            }
        }

        return places;
    }
}
