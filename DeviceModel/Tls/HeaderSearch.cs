using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Looks for bytes that could be a record header, also across packets. A plain value.</summary>
internal struct HeaderSearch
{
    private const ulong WindowMask = 0xFF_FFFF_FFFF;

    private ulong _window;
    private int _count;

    /// <summary>The five bytes found, as a big-endian number.</summary>
    public readonly ulong Header => _window;

    /// <summary>Goes on behind the first byte of a header that turned out to be none.</summary>
    /// <param name="header">Its five bytes as a big-endian number.</param>
    public void BeginWithin(ulong header)
    {
        _window = header & (WindowMask >> 8);
        _count = TlsRecordLayout.HeaderLength - 1;
    }

    /// <summary>Looks through contiguous bytes.</summary>
    /// <param name="layout">What the header must fit.</param>
    /// <param name="bytes">The next bytes of the stream.</param>
    /// <param name="count">Bytes looked through: all, or those up to the header's last.</param>
    /// <returns>Whether a header was found.</returns>
    public bool Find(TlsRecordLayout layout, ReadOnlySpan<byte> bytes, out int count)
    {
        int position = 0;
        while (position < bytes.Length)
        {
            if (_count >= TlsRecordLayout.HeaderLength - 1 && position >= TlsRecordLayout.HeaderLength - 1)
            {
                position += Leap(bytes[(position - 3)..]);
                if (position >= bytes.Length)
                {
                    break;
                }

                Reload(bytes, position);
            }

            _window = ((_window << 8) | bytes[position]) & WindowMask;
            _count = Math.Min(_count + 1, TlsRecordLayout.HeaderLength);
            position++;
            if (_count == TlsRecordLayout.HeaderLength && RecordTracker.IsPlausible(layout, _window))
            {
                count = position;
                return true;
            }
        }

        if (bytes.Length >= TlsRecordLayout.HeaderLength)
        {
            Reload(bytes, bytes.Length);
        }

        count = bytes.Length;
        return false;
    }

    /// <summary>How far the next place of the version bytes is ahead, given the three bytes before the next one and all that follow.</summary>
    private static int Leap(ReadOnlySpan<byte> bytes)
    {
        // The next byte to take is the fourth of these; a header that ends with it has its version bytes in the first two.
        ReadOnlySpan<byte> version = [TlsRecordLayout.HeaderVersion >> 8, TlsRecordLayout.HeaderVersion & 0xFF];
        int found = bytes.IndexOf(version);
        return found < 0 ? bytes.Length : found;
    }

    private void Reload(ReadOnlySpan<byte> bytes, int position)
    {
        _window = 0;
        foreach (byte b in bytes.Slice(position - 4, 4))
        {
            _window = (_window << 8) | b;
        }

        _count = TlsRecordLayout.HeaderLength - 1;
    }
}
