using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using NicEmu.Benchmarks;

const int MaxIterations = 25;

// In one process, so that what is compared runs on the same core state, and without another build of everything.
IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithMaxIterationCount(MaxIterations).WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(AeadBenchmarks).Assembly).Run(args, config);
