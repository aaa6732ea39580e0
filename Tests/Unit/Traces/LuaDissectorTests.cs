using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class LuaDissectorTests
{
    [Test]
    public void Generate_NativeInterface_IsWhatIsCommitted()
    {
        string inTree = File.ReadAllText(CommittedFile);

        Assert.That(LuaDissector.Generate(), Is.EqualTo(inTree), "run: ./nicemu reg export lua > Traces/nicemu.lua");
    }

    [TestCase("[0x0C] = { name = \"TXQ%d_CTRL\", fields = { { \"ENABLE\", 0, 0 }, { \"RESET\", 31, 31 }, } },")]
    [TestCase("[0x00] = { name = \"TXQ%d_BASE_LO\", pair = \"TXQ%d_BASE\", fields = { { \"VALUE\", 31, 0 }, } },")]
    [TestCase("[0x00] = { name = \"KEY_STAGE_KEY0\", fields = { { \"VALUE\", 31, 0, true }, } },")]
    [TestCase("{ bar = 2, base = 0x0, size = 0x1000, count = 16, registers = {")]
    [TestCase("{ name = \"MBOX_REQUEST\", bar = 0, base = 0x200, length = 0x100 },")]
    [TestCase("[7] = \"DoorbellRange\",")]
    [TestCase("[772] = \"Tls13\",")]
    public void Generate_NativeInterface_HoldsTheDeclarations(string line)
    {
        Assert.That(LuaDissector.Generate(), Does.Contain(line));
    }

    internal static string CommittedFile { get; } = Path.Combine(SourceTree.Root, "Traces", "nicemu.lua");
}
