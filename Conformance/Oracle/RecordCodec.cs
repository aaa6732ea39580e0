using System.Buffers.Binary;
using NicEmu.Spec.Testing;
using Org.BouncyCastle.Crypto.Modes;

namespace NicEmu.Conformance.Oracle;

/// <summary>
/// Seals and opens TLS records with BouncyCastle, with nonces, additional data and lengths built here from the RFCs' text: it shares no code with a
/// driver or a card that is judged.
/// </summary>
/// <param name="keys">Key and IV.</param>
public sealed class RecordCodec(FlowKeys keys)
{
    private readonly RecordOpener _opener = new(new RecordKeys(keys.Version, keys.Cipher, keys.Key, keys.Iv, keys.RecordNumber, 0));

    /// <summary>Bytes before the ciphertext: header and explicit nonce.</summary>
    public int PrefixLength => _opener.PrefixLength;

    /// <summary>Bytes that a record adds to its content, without padding.</summary>
    public int Overhead => PrefixLength + RecordOpener.TagLength + (_opener.IsTls12 ? 0 : 1);

    /// <summary>Seals a record.</summary>
    /// <param name="type">Content type.</param>
    /// <param name="content">The content.</param>
    /// <param name="number">Record sequence number.</param>
    /// <param name="padding">TLS 1.3: zeros behind the type.</param>
    /// <param name="explicitNonce">TLS 1.2 with GCM: the eight nonce bytes; null for the number plus the IV's explicit part.</param>
    /// <param name="outerType">TLS 1.3: type in the header, which the tag covers.</param>
    public byte[] Seal(byte type, ReadOnlySpan<byte> content, ulong number, int padding = 0, ulong? explicitNonce = null, byte outerType = 23)
    {
        byte[] inner = _opener.IsTls12 ? content.ToArray() : [.. content, type, .. new byte[padding]];
        var record = new byte[PrefixLength + inner.Length + RecordOpener.TagLength];
        record[0] = _opener.IsTls12 ? type : outerType;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), 0x0303);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(record.Length - RecordOpener.HeaderLength));
        if (_opener.HasExplicitNonce) BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(RecordOpener.HeaderLength), explicitNonce ?? ExplicitNonceOf(number));
        IAeadCipher cipher = _opener.Start(true, record, number, inner.Length);
        int done = cipher.ProcessBytes(inner, record.AsSpan(PrefixLength));
        cipher.DoFinal(record.AsSpan(PrefixLength + done));
        return record;
    }

    /// <summary>Opens a record.</summary>
    /// <param name="record">Header to tag.</param>
    /// <param name="number">Record sequence number.</param>
    /// <param name="type">Receives the content type; in TLS 1.3 the inner one.</param>
    /// <param name="content">Receives the content.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public string? Open(ReadOnlySpan<byte> record, ulong number, out byte type, out byte[] content)
    {
        bool opens = _opener.TryOpen(record, number, out type, out ReadOnlySpan<byte> plain, out string failure);
        content = plain.ToArray();
        return opens ? null : failure;
    }

    /// <summary>The record as a driver gives it to a card: plaintext where the ciphertext will be, a filler in place of the tag.</summary>
    /// <param name="record">The sealed record, without padding.</param>
    /// <param name="type">Content type.</param>
    /// <param name="content">Its content.</param>
    /// <param name="filler">Stands where the tag will be.</param>
    public byte[] Framed(ReadOnlySpan<byte> record, byte type, ReadOnlySpan<byte> content, byte filler)
    {
        byte[] framed = record.ToArray();
        content.CopyTo(framed.AsSpan(PrefixLength));
        if (!_opener.IsTls12) framed[PrefixLength + content.Length] = type;
        framed.AsSpan(framed.Length - RecordOpener.TagLength).Fill(filler);
        return framed;
    }

    private ulong ExplicitNonceOf(ulong number) => BinaryPrimitives.ReadUInt64BigEndian(keys.Iv.Span[4..]) + (number - keys.RecordNumber);
}
