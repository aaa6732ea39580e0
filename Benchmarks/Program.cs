using BenchmarkDotNet.Running;
using NicEmu.Benchmarks;

if (args is ["ratio", ..])
{
    AeadRatio.Run(Console.Out, rounds: 101);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(AeadBenchmarks).Assembly).Run(args);
return 0;
