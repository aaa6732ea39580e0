using System.Runtime.InteropServices;
using NicEmu.Conformance.Core;

namespace NicEmu.Conformance.Oracle;

/// <summary>Looks for pieces of secret bytes, eight at a time, at any place.</summary>
public sealed class PlaintextScan
{
    private const int Window = 8;

    private readonly HashSet<ulong> _pieces = [];

    /// <summary>Remembers every piece of some bytes; they must look random, or innocent bytes are suspected.</summary>
    /// <param name="secret">The bytes.</param>
    public void Add(ReadOnlySpan<byte> secret)
    {
        for (int i = 0; i + Window <= secret.Length; i++) _pieces.Add(MemoryMarshal.Read<ulong>(secret[i..]));
    }

    /// <summary>Whether bytes hold a piece.</summary>
    /// <param name="bytes">The bytes.</param>
    public bool IsIn(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i + Window <= bytes.Length; i++)
        {
            if (_pieces.Contains(MemoryMarshal.Read<ulong>(bytes[i..]))) return true;
        }

        return false;
    }

    /// <summary>Demands that no frame holds a piece.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="when">What was done.</param>
    /// <exception cref="CaseFailedException">One does.</exception>
    public void ExpectAbsent(IEnumerable<byte[]> frames, string when)
    {
        int index = 0;
        foreach (byte[] frame in frames)
        {
            Expect.That(!IsIn(frame), $"no frame holds plaintext {when} (frame {index} does)");
            index++;
        }
    }
}
