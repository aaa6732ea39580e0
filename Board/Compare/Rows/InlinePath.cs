using System.Runtime.CompilerServices;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Paths;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare.Rows;

/// <summary>sendfile() with records that the card encrypts on their way out.</summary>
/// <param name="copies">Whether content is copied to pages of the socket first, as Linux does unless it is told otherwise.</param>
public sealed class InlinePath(bool copies) : SocketPathServer
{
    private readonly List<PathSocket> _sockets = [];

    /// <inheritdoc/>
    public override PathDescription Description { get; } = new(
        copies ? "inline-copy" : "inline",
        copies ? "inline TLS in the card + sendfile, copying" : "inline TLS in the card + sendfile, zero-copy",
        new PathModel(ContentStages: copies ? 2 : 0, RecordStages: 0, ContentStores: copies ? 1 : 0, RecordStores: 0, CardMovesRecords: true))
    {
        CryptoBy = "card, on the way out",
        RetransmitSource = copies ? "socket pages (plaintext)" : "page cache (plaintext)",
        CardState = "key and place in the stream",
        CardStateBytes = Unsafe.SizeOf<ContextSnapshot>() + 32,
        CardEncrypts = true,
        NotCounted = ["Placing headers and tags of records: the processor writes them as metadata; the card reads them with the record."],
    };

    /// <inheritdoc/>
    public override NicBoardOptions Configure(NicBoardOptions options, CompareOptions compare) =>
        compare.ContextCacheEntries == 0 ? options : options with { CachedKeys = compare.ContextCacheEntries };

    /// <inheritdoc/>
    public override PathResult Complete(PathResult result)
    {
        PathSocket? left = _sockets.Find(static s => s.TxState != KtlsState.Device);
        // With a limit of retransmissions a connection may leave; else it has no reason to.
        if (left is not null && Machine.Options.RetransmitLimitPercent >= 100) Failure ??= $"The card did not encrypt: {left.TxFallbackReason}.";
        return result with { PredictedReplayBytes = left is null ? Predict(result) : null, LeftCardFor = left?.TxFallbackReason.ToString() };
    }

    /// <inheritdoc/>
    protected override HostOptions Adjust(HostOptions options) => options with { OffloadTx = true };

    /// <inheritdoc/>
    protected override IServedHandshake? Secure(PathSocket socket, int connection) => new KernelHandshake(socket, Machine.Handshake(connection));

    /// <inheritdoc/>
    protected override FileServer CreateServer(int connection, PathSocket socket, IServedHandshake? handshake)
    {
        _sockets.Add(socket);
        return new InlineFileServer(Machine.Environment, socket, new TlsRecordLayout(Machine.Options.Version, Machine.Options.Cipher), copies);
    }

    /// <summary>What the list of frames must have cost; with frames that the card cut out of bursts it is not known what was asked of it.</summary>
    private long? Predict(PathResult result)
    {
        CompareOptions options = Machine.Options;
        if (options.SegmentationOffload || result.OtherWireSha256.Count > 0) return null;
        var layout = new TlsRecordLayout(options.Version, options.Cipher);
        var model = new ResyncCostModel(options.Strategy, layout.PrefixLength);
        long[] starts = [.. result.RecordStarts];
        foreach (SentRange range in result.Sent) model.Send(range.From, range.To, RecordOf);
        return model.Bytes;

        (long Start, long End) RecordOf(long offset)
        {
            int index = Array.BinarySearch(starts, offset);
            index = index >= 0 ? index : ~index - 1;
            return (starts[index], starts[index + 1]);
        }
    }
}
