using System.Reflection;
using NicEmu.Tests.Museum;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Compare;

/// <summary>
/// A copy that is counted is a copy that happened: the driver is changed so that one of the two is no longer true, while the client still gets its file where that is possible, and the
/// comparison must notice. Each change is compiled in memory.
/// </summary>
public sealed class AccountingMutantTests
{
    private const string Region = "Driver/Memory/MeteredRegion.cs";
    private const string User = "Driver/Paths/UserSpaceServer.cs";
    private const string Worker = "Driver/Paths/EncryptionWorker.cs";

    private static readonly MutantEdit[] ReadNotMade =
    [
        new(User, "        File.CopyTo(_offset, _read, 0, length);\n", "        Cheat(length);\n"),
        new(User, "        source.Read(0, content);\n", "        Meter.OnRead(MemoryTraffic.CpuRead, source.Address(0), content);\n"),
        new(User, "    private void Close()\n", """
                private void Cheat(int length)
                {
                    Meter.Count(MemoryEvent.Copies);
                    for (int done = 0; done < length;)
                    {
                        int at = File.PlaceOf(_offset + done, out int part);
                        part = Math.Min(part, length - done);
                        File.Memory.Read(at, _content.AsSpan(done, part));
                        done += part;
                    }

                    Meter.OnWrite(MemoryTraffic.CpuWrite, _read.Address(0), _content.AsSpan(0, length));
                }

                private void Close()

            """),
    ];

    private static readonly MutantEdit[] OwnCopyNotMade =
    [
        new(User, "            _read.CopyTo(0, _own, 0, length);\n            source = _own;\n", """
                        var bytes = new byte[length];
                        _read.Read(0, bytes);
                        Meter.OnWrite(MemoryTraffic.CpuWrite, _own.Address(0), bytes);
                        Meter.Count(MemoryEvent.Copies);

            """),
    ];

    private static readonly MutantEdit[] CopyNotCounted =
    [
        new(Region, "            Read(offset + done, part);\n            destination.Write(destinationOffset + done, part, kind);\n", """
                        _memory.Span.Slice(offset + done, part.Length).CopyTo(destination._memory.Span[(destinationOffset + done)..]);

            """),
    ];

    private static readonly MutantEdit[] LoadNotMade =
    [
        new(Worker, "            _meter.Read(piece.Address, _content.AsSpan(at, piece.Length));\n", """
                        Before.AsSpan(0, piece.Length).CopyTo(_content.AsSpan(at));
                        _meter.OnRead(MemoryTraffic.CpuRead, piece.Address, _content.AsSpan(at, piece.Length));

            """),
        new(Worker, "    private int Load(", "    private static readonly byte[] Before = new byte[4096];\n\n    private int Load("),
    ];

    private static readonly MutantEdit[] RecordNotCounted =
    [
        new(Region, "        _meter.OnWrite(kind, Address(offset), source);\n", "        if (kind != MemoryTraffic.CpuWrite || source.Length != 4096) _meter.OnWrite(kind, Address(offset), source);\n"),
    ];

    private static readonly MutantEdit[] ReaderNotCounted =
    [
        new(Region, "        _meter.OnWrite(kind, Address(offset), source);\n", "        if (Name != \"reader\") _meter.OnWrite(kind, Address(offset), source);\n"),
    ];

    private static readonly MutantEdit[] ReaderNotFilled =
    [
        new(Region, "        source.CopyTo(_memory.Span.Slice(offset, source.Length));\n", "        if (Name != \"reader\") source.CopyTo(_memory.Span.Slice(offset, source.Length));\n"),
    ];

    private static MutantEdit[] DeviceWriteNotCounted(string kind) =>
    [
        new(Region, "        _meter.OnWrite(kind, Address(offset), source);\n", $"        if (kind != MemoryTraffic.{kind}) _meter.OnWrite(kind, Address(offset), source);\n"),
    ];

    private static MutantEdit[] DeviceWriteNotMade(string kind) =>
    [
        new(Region, "        source.CopyTo(_memory.Span.Slice(offset, source.Length));\n", $"        if (kind != MemoryTraffic.{kind}) source.CopyTo(_memory.Span.Slice(offset, source.Length));\n"),
    ];

    private static IEnumerable<TestCaseData> Mutants()
    {
        yield return Case("user", "the copy of read() is counted and not made", ReadNotMade, "memory is not what the counted writes made it");
        yield return Case("user-copy", "the server's own copy is counted and not made", OwnCopyNotMade, "memory is not what the counted writes made it");
        yield return Case("user", "copies are made and not counted", CopyNotCounted, "was never written");
        yield return Case("sslstream", "copies are made and not counted", CopyNotCounted, "was never written");
        yield return Case("ktls-write", "copies are made and not counted", CopyNotCounted, "was never written");
        yield return Case("ktls-write", "a worker counts loads that it does not make", LoadNotMade, "was never written");
        yield return Case("ktls-nt", "a worker counts loads that it does not make", LoadNotMade, "was never written");
        yield return Case("ktls", "a worker stores records and does not count them", RecordNotCounted, "was never written");
        yield return Case("ktls", "storage is counted and does not write", DeviceWriteNotMade("StorageWrite"), "was never written");
        yield return Case("lookaside", "the accelerator's records are not counted", DeviceWriteNotCounted("AcceleratorWrite"), "was never written");
        yield return Case("lookaside", "the accelerator's records are counted and not written", DeviceWriteNotMade("AcceleratorWrite"), "was never written");
        yield return Case("ktls-copy", "copies are made and not counted", CopyNotCounted, "was never written");
        yield return Case("inline-copy", "copies are made and not counted", CopyNotCounted, "was never written");
        yield return Case("inline", "storage is counted and does not write", DeviceWriteNotMade("StorageWrite"), "was never written");
        yield return Case("toe", "storage writes and is not counted", DeviceWriteNotCounted("StorageWrite"), "was never written");
        yield return Case("toe", "storage is counted and does not write", DeviceWriteNotMade("StorageWrite"), "was never written");
        yield return Case("inline-rx", "the copy to the reader is made and not counted", ReaderNotCounted, "was never written");
        yield return Case("inline-rx", "the copy to the reader is counted and not made", ReaderNotFilled, "was never written");
        yield return Case("ktls-rx", "decrypted bytes are stored and not counted", ReaderNotCounted, "was never written");
        yield return Case("plain", "storage writes and is not counted", DeviceWriteNotCounted("StorageWrite"), "was never written");
        yield return Case("plain", "storage is counted and does not write", DeviceWriteNotMade("StorageWrite"), "was never written");
    }

    [TestCaseSource(nameof(Mutants)), Category("Long")]
    public void Run_AccountingNoLongerTrue_IsNoticed(string id, object edits, string notice)
    {
        string? failure = Audit(id, (MutantEdit[])edits);

        Assert.That(failure, Does.Contain(notice));
    }

    [Test]
    public void Run_CopyCountedAndNotMade_IsNoticed() => Assert.That(Audit("user-copy", OwnCopyNotMade), Does.Contain("memory is not what the counted writes made it"));

    [Test]
    public void Run_CopyMadeAndNotCounted_IsNoticed() => Assert.That(Audit("user", CopyNotCounted), Does.Contain("was never written"));

    [Test]
    public void Run_DriverUnchanged_IsFine() => Assert.That(Audit("user-copy", []), Is.Null);

    private static TestCaseData Case(string id, string what, MutantEdit[] edits, string notice) => new TestCaseData(id, edits, notice).SetArgDisplayNames(id, what);

    /// <summary>What the audit says; what the client says is another matter, and not asked.</summary>
    private static string? Audit(string id, MutantEdit[] edits)
    {
        using var world = new MutantWorld("Driver", MutantCompiler.Compile("Driver", edits));
        Assembly board = world.LoadFromAssemblyName(new AssemblyName("NicEmu.Board"));
        Assembly driver = world.LoadFromAssemblyName(new AssemblyName("NicEmu.Driver"));
        object content = driver.GetType("NicEmu.Driver.Memory.StorageContent", throwOnError: true)!.GetMethod("Seeded")!.Invoke(null, [100_000, 3UL])!;
        Type optionsType = board.GetType("NicEmu.Board.Compare.CompareOptions", throwOnError: true)!;
        object options = Activator.CreateInstance(optionsType)!;
        optionsType.GetProperty("Content")!.SetValue(options, content);
        optionsType.GetProperty("Audit")!.SetValue(options, true);
        object result = board.GetType("NicEmu.Board.Compare.PathCatalogue", throwOnError: true)!.GetMethod("Run")!.Invoke(null, [id, options, CancellationToken.None])!;
        return (string?)result.GetType().GetProperty("AuditFailure")!.GetValue(result);
    }
}
