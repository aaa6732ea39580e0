using NicEmu.Board.Time;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Paths;
using NicEmu.Net;

namespace NicEmu.Board.Compare;

/// <summary>The server's machine: a card, metered memory, storage with one file, and a page cache.</summary>
public sealed class ServeMachine
{
    /// <summary>TCP port of the server.</summary>
    public const ushort Port = 4433;

    /// <summary>Bytes that TCP may have unacknowledged.</summary>
    private const int SendBufferBytes = 256 * 1024;

    /// <summary>Pages for sockets: a few times what TCP may hold.</summary>
    private const int SocketPageCount = 1024;

    /// <summary>Records of 64 bytes in what TCP may hold, and some more.</summary>
    private const int FrameCount = 4096;

    internal ServeMachine(EventLoop loop, NicBoard board, MemoryMeter meter, CompareOptions options)
    {
        (Loop, Board, Meter, Options) = (loop, board, meter, options);
        Storage = new Storage(loop, meter, options.Content, "storage0");
        int pages = (options.Content.Length + PagePool.PageBytes - 1) / PagePool.PageBytes;
        File = new PageCache(new PagePool(board.Bus, meter, pages, "page cache")).Open(Storage, options.HitRatio, options.Seed);
        ResidentBytes = File.ResidentBytes;
        Served = options.ChangesCachedPages ? Changed(File) : options.Content;
        SocketPages = new PagePool(board.Bus, meter, SocketPageCount, "socket pages");
        Memory = new PathMemory(meter, SocketPages, Allocate(FrameCount * PathMemory.FrameBytes, "headers and tags"));
        Filter = new FirstBytesFilter();
    }

    /// <summary>The loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>The machine with its card.</summary>
    public NicBoard Board { get; }

    /// <summary>Counts.</summary>
    public MemoryMeter Meter { get; }

    /// <summary>What is compared.</summary>
    public CompareOptions Options { get; }

    /// <summary>Holds the file.</summary>
    public Storage Storage { get; }

    /// <summary>The file in the page cache.</summary>
    public CachedFile File { get; }

    /// <summary>What clients are to get: what storage holds, unless the pages were changed.</summary>
    public StorageContent Served { get; }

    /// <summary>Bytes of the file that were there from the start.</summary>
    public int ResidentBytes { get; }

    /// <summary>What sockets take where they have to hold something themselves.</summary>
    public PathMemory Memory { get; }

    /// <summary>Pages for sockets.</summary>
    public PagePool SocketPages { get; }

    /// <summary>Looks at what enters sockets.</summary>
    public FirstBytesFilter Filter { get; }

    /// <summary>What a server of the file finds.</summary>
    public ServeEnvironment Environment => new()
    {
        Scheduler = Loop,
        Bus = Board.Bus,
        Meter = Meter,
        File = File,
        SocketPages = SocketPages,
        RecordPayload = Options.RecordPayload,
        Filter = Filter,
    };

    /// <summary>Addresses and features of the server's host.</summary>
    public HostOptions HostOptions => HostOptionsOf(Options, isServer: true);

    /// <summary>What the server negotiates.</summary>
    /// <param name="connection">Number of the connection: each has keys of its own.</param>
    public HandshakeOptions Handshake(int connection) => HandshakeOf(Options, connection, isServer: true);

    /// <summary>Allocates metered memory for as long as the machine lives.</summary>
    /// <param name="bytes">Length in bytes.</param>
    /// <param name="name">What it is for.</param>
    internal MeteredRegion Allocate(int bytes, string name) => new(Board.Bus.AllocateDma(bytes), Meter, name);

    /// <summary>Inverts a byte of each page.</summary>
    private static StorageContent Changed(CachedFile file)
    {
        var content = new byte[file.Length];
        for (int at = 0; at < file.Length; at += PagePool.PageBytes)
        {
            int place = Math.Min(at + (at / PagePool.PageBytes), file.Length - 1);
            var before = new byte[1];
            file.Read(place, before);
            file.Write(place, [(byte)~before[0]]);
        }

        file.Read(0, content);
        return StorageContent.Of(content);
    }

    internal static IpAddress Address(bool isServer) => IpAddress.Parse(isServer ? "10.77.0.2" : "10.77.0.1");

    internal static HostOptions HostOptionsOf(CompareOptions options, bool isServer)
    {
        // With time stamps, twelve bytes of a segment are options.
        int segment = options.Mss + 12;
        return new HostOptions
        {
            Ipv4Address = Address(isServer),
            Nic = new NicOptions { Mtu = Math.Max(1500, segment + 40), RxRingLog2 = 10, TxRingLog2 = 10 },
            Tcp = new TcpConfig { MaximumSegmentSize = segment, SendBufferBytes = SendBufferBytes },
            MaxRecordPayload = options.RecordPayload,
            OffloadTx = false,
            OffloadRx = false,
            Strategy = options.Strategy,
            RetransmitLimitPercent = options.RetransmitLimitPercent,
            SegmentationOffload = options.SegmentationOffload,
            Seed = new SeededRandom(options.Seed).Fork(isServer ? "server" : "client").NextUInt64(),
        };
    }

    internal static HandshakeOptions HandshakeOf(CompareOptions options, int connection, bool isServer)
    {
        ulong seed = new SeededRandom(options.Seed).Fork($"{(isServer ? "server" : "client")} handshake {connection}").NextUInt64();
        return new HandshakeOptions
        {
            Version = options.Version,
            Cipher = options.Cipher,
            Seed = seed,
            Identity = isServer ? ServerIdentity.Create(options.Seed) : null,
        };
    }
}
