using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NicEmu.Traces;

/// <summary>Replaces secrets by a fingerprint: the first 4 bytes of their SHA-256, enough to tell two apart.</summary>
public static class Redaction
{
    /// <summary>Fingerprint of a secret as <c>sha256:9f3c1a2b</c>.</summary>
    /// <param name="secret">The secret.</param>
    public static string Fingerprint(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        return "sha256:" + Convert.ToHexStringLower(hash[..4]);
    }

    /// <summary>A key log line with its secret replaced: label and client random stay. A line of another form becomes a fingerprint whole.</summary>
    /// <param name="line">One line of an NSS key log.</param>
    public static string KeyLogLine(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        line = line.TrimEnd();
        int at = line.LastIndexOf(' ');
        if (at <= 0 || !line.AsSpan(0, at).Contains(' '))
        {
            return Fingerprint(Encoding.UTF8.GetBytes(line));
        }

        ReadOnlySpan<char> hex = line.AsSpan(at + 1);
        byte[] secret = new byte[Encoding.UTF8.GetByteCount(hex)];
        if (Convert.FromHexString(hex, secret, out _, out int length) != System.Buffers.OperationStatus.Done)
        {
            length = Encoding.UTF8.GetBytes(hex, secret);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{line.AsSpan(0, at)} {Fingerprint(secret.AsSpan(0, length))}");
    }
}
