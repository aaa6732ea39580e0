using NicEmu.Board.Compare;

namespace NicEmu.Report.Compare;

/// <summary>What each data path is, for someone who meets it for the first time.</summary>
internal static class PathExplanations
{
    private static readonly (string Id, string Text)[] Known =
    [
        ("user", "The classic server. The program calls read(), and the kernel copies file bytes from the page cache into the program's buffer (first copy). The program calls SSL_write(): the TLS library reads that buffer and writes encrypted records into another (second). write() hands those to the kernel, which copies them into the socket's buffer (third). "
            + "The card reads them from there and knows nothing of TLS. Encrypted bytes stay in the socket's buffer until they are acknowledged, so a lost segment is sent again as it is. Each of the three steps loads and stores every byte; with the write of storage before and the read of the card behind them a byte crosses memory eight times."),
        ("user-copy", "The same, but the server first moves what it read into a buffer of its own before it calls the library, as web servers do that collect a response. One more copy: ten crossings."),
        ("sslstream", "The same as user-space TLS with a library that this project did not write: .NET's SslStream, on Linux OpenSSL. It proves that an independent implementation produces and accepts the same kind of stream. Only what goes into it and what comes out is counted; its keys are its own, so its records differ on the wire from the other rows'."),
        ("ktls-write", "The handshake is still the program's, but the keys go down to the kernel, which builds and encrypts records. The program still calls read() and write(), so file bytes are copied up into the program and down into the socket's pages; a worker of the kernel then encrypts them where they lie. Moving encryption into the kernel saves nothing here: what costs is the way through the program."),
        ("ktls-copy", "Kernel TLS under a program that reads, copies what it read to a buffer of its own, and writes: one more copy than ktls-write, ten crossings."),
        ("ktls", "sendfile(): the program names the file and the kernel does the rest, one call for many records. Pages come from storage into the page cache and are not ready yet; when they are there, a worker reads plaintext from the page cache and writes records to private pages. It cannot encrypt in place: the page cache belongs to every reader of the file, and each connection has keys of its own. "
            + "The private pages stay until they are acknowledged, and a lost segment comes from them. Ordinary stores first load the line that they overwrite, so this row has a fifth crossing, labelled rfo."),
        ("ktls-nt", "The same with stores that go past the cache. Nothing is loaded in order to be overwritten: four crossings. This is the software path whose 55 GB/s at 90 Gb/s were published."),
        ("lookaside", "Kernel TLS with a helper: an accelerator beside the card encrypts. It reads the plaintext pages by DMA and writes records to private pages by DMA; then the card reads those. No processor touches the bytes, but memory sees them as often as with kernel TLS, and they cross a PCI Express port four times instead of two."),
        ("inline-copy", "The card encrypts while it sends. The kernel builds packets whose headers are final and whose payload is still plaintext; the card knows the connection's key and its place in the stream of records and encrypts each payload as it leaves. In this row the kernel first copies file bytes to pages of the socket, as Linux does unless told otherwise: "
            + "should the file change between a first sending and a retransmission, the bytes are still those of the first."),
        ("inline", "The same without the copy: the card reads the page cache itself. Memory sees each byte twice, when storage writes it and when the card reads it, as with no TLS at all. Sent again is plaintext too, from the page cache; to encrypt a segment from the middle of a record, and to complete the record's tag, the card has to read the beginning of the record again (the column dump). "
            + "The hazard: a file that is changed between first sending and retransmission yields a record that is half old and half new, and the client refuses it."),
        ("inline-rx", "The other direction: this server receives. Its card decrypts records as segments arrive in order, writes plaintext with a mark to memory, and the kernel copies it to the reader: three crossings, as without TLS. After a loss the card has lost its place: it passes segments as they came, finds a record's header again and asks the driver whether it is one. "
            + "A record of which only a part was decrypted has to be encrypted again by the processor, so that the whole can be verified; that is dearer than no help at all."),
        ("ktls-rx", "Receiving without help: the card writes records to memory as they came, the kernel copies each to the reader and decrypts it where it lies. Five crossings, whatever the network does."),
        ("toe", "The card runs TCP itself. The host tells it where the plaintext lies and which key to use; the card frames records, encrypts them, cuts segments, keeps what is not acknowledged in its own memory and sends it again from there. The host sees no segment, no acknowledgement and no loss, and pays two crossings whatever the network does. "
            + "What it gives up: its own congestion control, filters and pacing do not apply to these connections, and the card's memory limits how many there can be."),
        ("plain", "No TLS: sendfile() from the page cache, and the card reads the pages. It is the mark that inline TLS is measured against: storage writes each byte once, the card reads it once."),
    ];

    /// <summary>The explanation of a path; for one that is not known by name, what its description says.</summary>
    public static string Of(PathDescription path)
    {
        foreach ((string id, string text) in Known)
        {
            if (path.Id == id) return text;
        }

        return $"Encrypted by: {path.CryptoBy}. Sent again from: {path.RetransmitSource}. The card keeps: {path.CardState}.";
    }
}
