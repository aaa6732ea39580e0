using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;

namespace NicEmu.Driver.Kernel;

/// <summary>What a host asks of a socket, whoever holds its bytes.</summary>
internal interface IKernelSocket
{
    TcpConnection Connection { get; }

    /// <summary>Receive context in the card, or zero.</summary>
    ulong RxHandle { get; }

    KtlsRxSession? RxSession { get; }

    /// <summary>Sends a segment as TLS wants it.</summary>
    TxVerdict Transmit(in TxSegment segment, HostPort egress, int queue);

    /// <summary>Bytes of the stream that the socket holds itself; valid until the next call.</summary>
    TxBytes PayloadAt(uint sequence, int length) => throw new InvalidOperationException("TCP holds the bytes.");

    /// <summary>The session that a transmit context belongs to.</summary>
    KtlsTxSession? SessionOf(ulong context);

    /// <summary>The port's card must not be used any more.</summary>
    void DetachFrom(HostPort port, KtlsFallbackReason reason, bool remove);

    /// <summary>What stood in the way of writing may be gone.</summary>
    void OnWriteUnblocked();

    /// <summary>A record that refers to memory of others was changed between two transmissions.</summary>
    void OnNonceReused(NonceReuse reuse);
}
