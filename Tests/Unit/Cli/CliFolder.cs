using NicEmu.Board;

namespace NicEmu.Tests.Unit.Cli;

/// <summary>A folder for the files of one test.</summary>
internal sealed class CliFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("nicemu").FullName;

    /// <summary>Name of a file in the folder.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <summary>Creates a file of bytes without pattern.</summary>
    public string Content(string name, int size)
    {
        byte[] bytes = new byte[size];
        new SeededRandom(3).Fill(bytes);
        return File(name, bytes);
    }

    /// <summary>Creates a file.</summary>
    public string File(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
