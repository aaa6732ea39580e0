using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>Every register and field against the manual's literals: place, bits, access rule, reset value.</summary>
internal sealed class RegisterMapTests
{
    private static IEnumerable<TestCaseData> Blocks() =>
        NativeMap.Blocks.Append(NativeMap.Internal).Append(NativeMap.ToeInternal).Select(static b => new TestCaseData(b).SetName($"Block_{b.Name}_IsTheManuals"));

    private static IEnumerable<TestCaseData> Windows() => NativeMap.Blocks.Select(static b => new TestCaseData(b).SetName($"PowerOn_{b.Name}_ReadsItsResetValues"));

    [TestCaseSource(nameof(Blocks))]
    public void Block_Registers_AreTheManuals(RegisterBlock block)
    {
        string[] expected = RegisterMapLiterals.Of(block.Name);

        string[] found = [Describe(block), .. block.Registers.Select(r => Describe(block, r))];

        Assert.That(found, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Windows))]
    public void Block_AtPowerOn_ReadsItsResetValues(RegisterBlock block)
    {
        var bench = new NativeBench(withFirmware: false, start: false);
        bench.Enable();

        for (int instance = 0; instance < block.Count; instance++)
        {
            foreach (Register register in block.Registers)
            {
                uint expected = register.Name switch
                {
                    // The address of the port is the card's own: 02:4E:1D:00:00:01.
                    "PORT_MAC_LO" => 0x001D_4E02,
                    "PORT_MAC_HI" => 0x0000_0100,
                    _ => register.ResetValue,
                };
                Assert.That(bench.Read(block.Bar, block.OffsetOf(register, instance)), Is.EqualTo(expected), $"{register.Name}[{instance}]");
            }
        }

        Assert.That(bench.Errors, Is.Empty);
    }

    internal static string Describe(RegisterBlock block) => $"{block.Name} bar {block.Bar} base 0x{block.BaseOffset:X5} size 0x{block.Size:X} count {block.Count}";

    internal static string Describe(RegisterBlock block, Register register)
    {
        IEnumerable<string> fields = register.Fields.Select(static f =>
            $"{f.Name}[{(f.Msb == f.Lsb ? $"{f.Msb}" : $"{f.Msb}:{f.Lsb}")}]={Rule(f)}{(f.Reset == 0 ? "" : $"@0x{f.Reset:X}")}{(f.IsSticky ? ",sticky" : "")}{(f.IsSecret ? ",secret" : "")}");
        return $"{register.Name} 0x{block.BaseOffset + register.Offset:X5} {string.Join(' ', fields)}{(register.LatchesHighHalf ? " latches" : "")}";
    }

    private static string Rule(Field field) => field.Access switch
    {
        FieldAccess.ReadOnly => "RO",
        FieldAccess.ReadWrite => "RW",
        FieldAccess.WriteOnly => "WO",
        FieldAccess.WriteOneToClear => "W1C",
        _ => "W1S",
    };
}
