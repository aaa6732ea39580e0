using BenchmarkDotNet.Running;
using NicEmu.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(AeadBenchmarks).Assembly).Run(args);
