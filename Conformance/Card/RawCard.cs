using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Card;

/// <summary>
/// A card driven by hand: every offset, code and layout below is typed from the register manual, none is the device's own constant. One instance
/// owns the rings of all queues that it enables.
/// </summary>
/// <param name="rig">The card.</param>
public sealed class RawCard(DeviceRig rig)
{
    /// <summary>One millisecond in picoseconds.</summary>
    public const long Millisecond = 1_000_000_000;

    private readonly Dictionary<int, RawTxQueue> _tx = [];
    private readonly Dictionary<int, RawRxQueue> _rx = [];

    /// <summary>The card's surroundings.</summary>
    public DeviceRig Rig => rig;

    /// <summary>Switches memory access and bus mastering on, resets the card, waits for its program, unmasks MSI-X, brings the port up.</summary>
    /// <exception cref="CaseFailedException">The card does not come up.</exception>
    public void PowerUp()
    {
        rig.Bus.ConfigWrite(0x04, 2, 0x0006);
        Write(0x0008, 0x8000_0000);
        Wait(() => (Read(0x000C) & 0x8000_0000) == 0, "the reset ends");
        Wait(() => (Read(0x000C) & 1) != 0, "the program in the card is ready");
        Expect.Equal(Mailbox(2, [1, 0, 0, 0]), 0u, "the status of SET_LINK");
        // Every frame is taken in, whatever its address.
        Write(0x0400, 0x5);
        Write(0x0008, 0x3);
    }

    /// <summary>Reads a register of BAR 0.</summary>
    /// <param name="offset">Its offset.</param>
    public uint Read(uint offset) => (uint)rig.Bus.Read(0, offset, 4);

    /// <summary>Reads a pair of registers of BAR 0 at once.</summary>
    /// <param name="offset">Offset of the low half.</param>
    public ulong Read64(uint offset) => rig.Bus.Read(0, offset, 8);

    /// <summary>Writes a register of BAR 0.</summary>
    /// <param name="offset">Its offset.</param>
    /// <param name="value">Value.</param>
    public void Write(uint offset, uint value) => rig.Bus.Write(0, offset, 4, value);

    /// <summary>Writes a pair of registers of BAR 0 at once.</summary>
    /// <param name="offset">Offset of the low half.</param>
    /// <param name="value">Value.</param>
    public void Write64(uint offset, ulong value) => rig.Bus.Write(0, offset, 8, value);

    /// <summary>Waits for something.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What it means.</param>
    /// <param name="limitPs">Longest wait; 0 for 100 ms.</param>
    /// <exception cref="CaseFailedException">It did not come to hold.</exception>
    public void Wait(Func<bool> condition, string what, long limitPs = 0) => Expect.That(rig.Clock.WaitUntil(condition, limitPs == 0 ? 100 * Millisecond : limitPs), what);

    /// <summary>Lets time pass.</summary>
    /// <param name="ps">How long, in picoseconds.</param>
    public void Run(long ps = Millisecond) => rig.Clock.WaitUntil(static () => false, ps);

    /// <summary>Runs a mailbox command to its end.</summary>
    /// <param name="opcode">Command.</param>
    /// <param name="request">Request bytes.</param>
    /// <returns>Its status; 0 is OK.</returns>
    public uint Mailbox(ushort opcode, ReadOnlySpan<byte> request)
    {
        StartCommand(opcode, request);
        return EndCommand(opcode);
    }

    /// <summary>Starts a mailbox command and does not wait for its end.</summary>
    /// <param name="opcode">Command.</param>
    /// <param name="request">Request bytes.</param>
    public void StartCommand(ushort opcode, ReadOnlySpan<byte> request)
    {
        for (int i = 0; i < request.Length; i++) rig.Bus.Write(0, 0x200 + (ulong)i, 1, request[i]);
        Write(0x100, 0x8000_0000 | ((uint)request.Length << 16) | opcode);
    }

    /// <summary>Waits for the end of the command that was started.</summary>
    /// <param name="opcode">Command, for the message.</param>
    /// <returns>Its status; 0 is OK.</returns>
    public uint EndCommand(ushort opcode)
    {
        Wait(() => (Read(0x104) & 2) != 0, $"mailbox command {opcode} ends");
        uint status = (Read(0x104) >> 8) & 0xFF;
        Write(0x104, 2);
        return status;
    }

    /// <summary>Reads the reply of the last command.</summary>
    /// <param name="length">Bytes.</param>
    public byte[] Reply(int length)
    {
        var reply = new byte[length];
        for (int i = 0; i < length; i++) reply[i] = (byte)rig.Bus.Read(0, 0x300 + (ulong)i, 1);
        return reply;
    }

    /// <summary>Puts a key into the staging area.</summary>
    /// <param name="key">16 or 32 bytes.</param>
    public void StageKey(ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < key.Length; i += 4) Write(0x140 + (uint)i, BinaryPrimitives.ReadUInt32LittleEndian(key[i..]));
    }

    /// <summary>Puts an IV into the staging area.</summary>
    /// <param name="keys">Whose IV; TLS 1.2 with GCM: only its salt is written, the rest is zero.</param>
    public void StageIv(FlowKeys keys)
    {
        byte[] iv = keys.Iv.ToArray();
        if (keys.Version == TlsVersion.Tls12 && keys.Cipher != TlsCipher.ChaCha20Poly1305) iv.AsSpan(4).Clear();
        for (int i = 0; i < 12; i += 4) Write(0x160 + (uint)i, BinaryPrimitives.ReadUInt32LittleEndian(iv.AsSpan(i)));
    }

    /// <summary>Creates a key object.</summary>
    /// <param name="keys">The key.</param>
    /// <param name="handle">Receives its handle.</param>
    /// <returns>Status; 0 is OK.</returns>
    public uint KeyCreate(FlowKeys keys, out ulong handle)
    {
        StageKey(keys.Key.Span);
        return Created(Mailbox(16, new Bytes(16).U8(8, CipherCode(keys.Cipher)).Span), out handle);
    }

    /// <summary>Creates a transmit context.</summary>
    /// <param name="keys">Version, IV and record number.</param>
    /// <param name="key">Handle of the key.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="handle">Receives its handle.</param>
    /// <param name="queue">Transmit queue.</param>
    /// <param name="mode">0 sequence-tracked, 1 positional, 2 range.</param>
    /// <returns>Status; 0 is OK.</returns>
    public uint TxCreate(FlowKeys keys, ulong key, uint start, out ulong handle, ushort queue = 0, byte mode = 0)
    {
        StageIv(keys);
        Bytes request = new Bytes(32).U64(0, key).U16(8, VersionCode(keys.Version)).U8(10, mode).U16(12, queue).U32(16, start).U64(24, keys.RecordNumber);
        return Created(Mailbox(32, request.Span), out handle);
    }

    /// <summary>Creates a receive context for a connection from our peer; its rule is not active.</summary>
    /// <param name="keys">Version, IV and record number.</param>
    /// <param name="key">Handle of the key.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="remotePort">TCP port of the sender.</param>
    /// <param name="localPort">TCP port of the card's side.</param>
    /// <param name="handle">Receives its handle.</param>
    /// <param name="budgetBytes">Bytes before an unanswered request expires; 0 for the card's default.</param>
    /// <param name="budgetUs">Microseconds before an unanswered request expires; 0 for the card's default.</param>
    /// <returns>Status; 0 is OK.</returns>
    public uint RxCreate(FlowKeys keys, ulong key, uint start, ushort remotePort, ushort localPort, out ulong handle, uint budgetBytes = 0, uint budgetUs = 0)
    {
        StageIv(keys);
        Bytes request = new Bytes(80).U64(0, key).U16(8, VersionCode(keys.Version)).U8(10, 4).U16(14, remotePort).U16(16, localPort).U32(20, start).U64(24, keys.RecordNumber)
            .Raw(32, [192, 0, 2, 2]).Raw(48, [192, 0, 2, 1]).U32(64, budgetBytes).U32(68, budgetUs);
        return Created(Mailbox(48, request.Span), out handle);
    }

    /// <summary>Runs a command whose request is one handle: 18 KEY_REVOKE, 20 KEY_DESTROY, 33 TX_DESTROY, 49 RX_ACTIVATE, 51 RX_DESTROY.</summary>
    /// <param name="opcode">Command.</param>
    /// <param name="handle">The object.</param>
    /// <returns>Status; 0 is OK.</returns>
    public uint Submit(ushort opcode, ulong handle) => Mailbox(opcode, new Bytes(8).U64(0, handle).Span);

    /// <summary>A transmit queue, enabled at the first call.</summary>
    /// <param name="index">Number of the queue.</param>
    /// <param name="log2">Descriptors as a power of two.</param>
    public RawTxQueue Tx(int index = 0, int log2 = 6)
    {
        if (!_tx.TryGetValue(index, out RawTxQueue? queue)) _tx[index] = queue = new RawTxQueue(this, index, log2);
        return queue;
    }

    /// <summary>A receive queue, enabled at the first call, with a buffer in every slot.</summary>
    /// <param name="index">Number of the queue.</param>
    /// <param name="log2">Buffers as a power of two.</param>
    public RawRxQueue Rx(int index = 0, int log2 = 6)
    {
        if (!_rx.TryGetValue(index, out RawRxQueue? queue)) _rx[index] = queue = new RawRxQueue(this, index, log2);
        return queue;
    }

    private uint Created(uint status, out ulong handle)
    {
        handle = status == 0 ? BinaryPrimitives.ReadUInt64LittleEndian(Reply(8)) : 0;
        return status;
    }

    private static byte CipherCode(TlsCipher cipher) => cipher switch
    {
        TlsCipher.Aes128Gcm => 1,
        TlsCipher.Aes256Gcm => 2,
        _ => 3,
    };

    private static ushort VersionCode(TlsVersion version) => version == TlsVersion.Tls12 ? (ushort)0x0303 : (ushort)0x0304;
}
