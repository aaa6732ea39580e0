using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

internal sealed class ZDump
{
    [Test]
    public void Dump()
    {
        var lines = new List<string>();
        foreach (RegisterBlock block in NativeMap.Blocks.Append(NativeMap.Internal))
        {
            lines.Add("# " + RegisterMapTests.Describe(block));
            foreach (Register register in block.Registers)
            {
                lines.Add(RegisterMapTests.Describe(block, register));
            }
        }

        File.WriteAllLines("/tmp/regs.txt", lines);
    }
}
