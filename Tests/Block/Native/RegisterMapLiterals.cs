namespace NicEmu.Tests.Block.Native;

internal static class RegisterMapLiterals
{
    public static string[] Of(string block) => [block];
}
