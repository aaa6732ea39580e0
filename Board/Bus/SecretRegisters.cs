using NicEmu.Spec.Registers;

namespace NicEmu.Board.Bus;

/// <summary>Where the registers are whose values no trace may show.</summary>
internal sealed class SecretRegisters
{
    private readonly HashSet<(int Bar, ulong Offset)> _offsets = [];

    public SecretRegisters(IEnumerable<RegisterBlock> blocks)
    {
        foreach (RegisterBlock block in blocks)
        {
            foreach (Register register in block.Registers.Where(static r => r.Fields.Any(static f => f.IsSecret)))
            {
                for (int instance = 0; instance < block.Count; instance++)
                {
                    _offsets.Add((block.Bar, block.OffsetOf(register, instance)));
                }
            }
        }
    }

    /// <summary>Whether an access touches one; an unaligned access that begins before or ends in one counts.</summary>
    public bool Touches(int bar, ulong offset, int width)
    {
        for (ulong at = offset & ~3UL; at < offset + (ulong)width; at += 4)
        {
            if (_offsets.Contains((bar, at)))
            {
                return true;
            }
        }

        return false;
    }
}
