using System.Runtime.CompilerServices;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Traces;

public sealed class LuaDissectorTests
{
    [Test]
    public void Generate_NativeInterface_IsWhatIsCommitted()
    {
        string path = CommittedFile();
        string generated = LuaDissector.Generate();
        if (Environment.GetEnvironmentVariable("NICEMU_WRITE_GENERATED") == "1")
        {
            File.WriteAllText(path, generated);
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo(generated), "write it anew by running this test with NICEMU_WRITE_GENERATED=1");
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

    internal static string CommittedFile([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../../Traces/nicemu.lua"));
}
