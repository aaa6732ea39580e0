using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Registers;

namespace NicEmu.Driver.Toe;

/// <summary>Uses a card's TCP offload engine: connections whose TCP and TLS records live in the card. Nothing blocks; outcomes come in interrupts.</summary>
/// <remarks>What the host loses with it: no filter, queue discipline, pacing or TCP feature of the host applies to these connections, and no capture on the host sees their segments.</remarks>
public sealed class ToeDriver : INicExtension, IDisposable
{
    private readonly NicDriver _nic;
    private readonly ToeOptions _options;
    private ToeCommandRing? _ring;

    /// <summary>Prepares the use of a card's engine; the card is not touched yet.</summary>
    /// <param name="nic">The card's driver, not started yet; it serves one engine driver.</param>
    /// <param name="options">Addresses and sizes.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ToeDriver(NicDriver nic, ToeOptions options)
    {
        ArgumentNullException.ThrowIfNull(nic);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_nic, _options) = (nic, options);
        nic.Extension = this;
    }

    /// <summary>Whether the card has an engine; meaningful while it runs.</summary>
    public bool IsAvailable => NativeMap.Device.TcpOffloadEngine.Extract(_nic.Registers.Read(NativeMap.Device, NativeMap.Device.CapModes)) != 0;

    /// <summary>Whether the engine is in use.</summary>
    public bool IsEnabled => _ring is not null;

    /// <summary>Connections that the engine has card memory for.</summary>
    public int Capacity => (int)Map.MaxConnections.Extract(_nic.Registers.Read(Map, Map.Capacity));

    /// <summary>Card memory of one connection in bytes.</summary>
    public long ConnectionBytes => Map.BytesOfConnection.Extract(_nic.Registers.Read(Map, Map.ConnectionBytes));

    /// <summary>Connections that take card memory now.</summary>
    public int ConnectionsUsed => (int)Map.UsedConnections.Extract(_nic.Registers.Read(Map, Map.Used));

    /// <summary>Connections that the engine had no room for, opened and accepted ones: what the host would serve with a TCP of its own.</summary>
    public long Refusals { get; private set; }

    internal NicDriver Nic => _nic;

    internal ToeOptions Options => _options;

    private static ToeBlock Map => NativeMap.Toe;

    /// <summary>Takes the engine into use. The card must run.</summary>
    /// <returns>False where the card has none or refuses.</returns>
    /// <exception cref="InvalidOperationException">The card does not run, or the engine is in use.</exception>
    public bool Enable()
    {
        if (_nic.State != NicState.Running || _ring is not null) throw new InvalidOperationException("The card does not run, or its engine is in use.");
        if (!IsAvailable) return false;
        WriteAddresses();
        var ring = new ToeCommandRing(_nic.Registers, _nic.Bus, _options.RingLog2);
        if (!ring.Enable(_nic.ExtensionVector))
        {
            ring.Dispose();
            return false;
        }

        _ring = ring;
        return true;
    }

    /// <summary>Takes the engine out of use at once: its connections are forgotten without a word to their peers.</summary>
    public void Dispose()
    {
        if (_ring is not { } ring) return;
        ring.Disable();
        OnReleased();
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="address">The peer.</param>
    /// <param name="port">The peer's port, not 0.</param>
    /// <param name="opened">Receives the socket, or why there is none: <see cref="ToeStatus.NoRoom"/> leaves the host its own TCP.</param>
    /// <param name="localPort">Our port; 0 for any.</param>
    public void Open(IpAddress address, ushort port, Action<ToeSocket?, ToeStatus> opened, ushort localPort = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.Write(bytes);
        var open = new ToeOpenCommand
        {
            Opcode = ToeOpcode.Open,
            AddressFirst = BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            AddressLast = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            RemotePort = port,
            LocalPort = localPort,
            IpVersion = (byte)(address.IsIpv6 ? 6 : 4),
            SegmentBytes = (ushort)_options.SegmentBytes,
        };
        Submit(Unsafe.BitCast<ToeOpenCommand, ToeCommand>(open), default, c => opened(Socket(c), c.Status));
    }

    /// <summary>Opens a port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="accepted">Receives each connection; null where one found no room in the card.</param>
    /// <param name="opened">Receives the listener, or why there is none; may be null.</param>
    public void Listen(ushort port, Action<ToeSocket?> accepted, Action<ToeListener?, ToeStatus>? opened = null)
    {
        var listen = new ToeOpenCommand { Opcode = ToeOpcode.Listen, LocalPort = port, SegmentBytes = (ushort)_options.SegmentBytes };
        Submit(Unsafe.BitCast<ToeOpenCommand, ToeCommand>(listen), default, c =>
        {
            ToeListener? listener = c.Status == ToeStatus.Ok ? new ToeListener(this, c.Handle, port, accepted) : null;
            opened?.Invoke(listener, c.Status);
        });
    }

    /// <summary>Reads a 64-bit counter of the engine.</summary>
    /// <param name="lowHalf">A counter of <see cref="NativeMap.Toe"/>.</param>
    public ulong ReadCounter(Register lowHalf) => _nic.Registers.Read64(Map, lowHalf);

    internal void Submit(in ToeCommand command, ReadOnlySpan<DmaPiece> pieces, Action<ToeCompletion> done)
    {
        if (_ring is { } ring) ring.Submit(command, pieces, done);
        else done(new() { Status = ToeStatus.Closed, Opcode = command.Opcode, Handle = command.Handle });
    }

    internal ToeSocket? Socket(in ToeCompletion completion)
    {
        if (completion.Status == ToeStatus.Ok) return new ToeSocket(this, completion);
        if (completion.Status == ToeStatus.NoRoom) Refusals++;
        return null;
    }

    void INicExtension.OnInterrupt() => _ring?.Reap();

    void INicExtension.OnReleased() => OnReleased();

    private void OnReleased()
    {
        ToeCommandRing? ring = _ring;
        _ring = null;
        ring?.Dispose();
    }

    private void WriteAddresses()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (_options.Ipv4Address.Length != 0) _options.Ipv4Address.Write(bytes);
        _nic.Registers.Write(Map, Map.Ipv4, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        bytes.Clear();
        if (_options.Ipv6Address.Length != 0) _options.Ipv6Address.Write(bytes);
        for (int i = 0; i < Map.Ipv6.Length; i++) _nic.Registers.Write(Map, Map.Ipv6[i], BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]));
        _nic.Registers.Write(Map, Map.Mtu, Map.MtuBytes.Insert(0, (uint)_options.Mtu));
    }
}
