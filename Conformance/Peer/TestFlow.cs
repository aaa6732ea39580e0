using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Peer;

/// <summary>A connection between a driver under test and our peer, with keys that both know, and what was sent over it.</summary>
public sealed class TestFlow
{
    private readonly List<byte> _application = [];
    private int _rxSealed;
    private int _seenOffset;
    private int _seenContent;
    private ulong _seenRecords;

    private TestFlow(DriverRig rig, FlowPlan plan, IFlowUnderTest flow, PeerConnection connection, ulong seed)
    {
        (Rig, Plan, Flow, Connection) = (rig, plan, flow, connection);
        TxKeys = CaseKeys.Draw(seed, plan.Label + "/tx", plan.Version, plan.Cipher, plan.TxRecordNumber);
        RxKeys = CaseKeys.Draw(seed, plan.Label + "/rx", plan.Version, plan.Cipher, plan.RxRecordNumber);
        TxCodec = new RecordCodec(TxKeys);
        RxCodec = new RecordCodec(RxKeys);
        NextRxRecord = plan.RxRecordNumber;
    }

    /// <summary>The machine.</summary>
    public DriverRig Rig { get; }

    /// <summary>What was asked for.</summary>
    public FlowPlan Plan { get; }

    /// <summary>The driver's side.</summary>
    public IFlowUnderTest Flow { get; }

    /// <summary>Our side.</summary>
    public PeerConnection Connection { get; }

    /// <summary>Keys of what the machine sends.</summary>
    public FlowKeys TxKeys { get; }

    /// <summary>Keys of what the machine receives.</summary>
    public FlowKeys RxKeys { get; }

    /// <summary>Opens what the machine sends.</summary>
    public RecordCodec TxCodec { get; }

    /// <summary>Seals what the machine receives.</summary>
    public RecordCodec RxCodec { get; }

    /// <summary>Number of the next record that <see cref="SealNext"/> makes.</summary>
    public ulong NextRxRecord { get; set; }

    /// <summary>Number of each record sealed so far by the TCP sequence number of its header, provided that nothing else is sent than they, in their order.</summary>
    public Dictionary<uint, ulong> RxPlaces { get; } = [];

    /// <summary>Application data that the machine took so far, without control records.</summary>
    public ReadOnlySpan<byte> Application => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_application);

    /// <summary>Offset in <see cref="PeerConnection.Wire"/> at which records begin.</summary>
    public int TlsOffset => Plan.PlainBytes;

    /// <summary>TCP sequence number of the first record's first byte.</summary>
    public uint TlsStart => Connection.Wire.Start + (uint)TlsOffset;

    /// <summary>Bytes of records that were on the wire so far, from the first record on and without a hole.</summary>
    public int OnWire => Connection.Wire.Contiguous - TlsOffset;

    /// <summary>Opens a connection and sets its keys.</summary>
    /// <param name="rig">The machine.</param>
    /// <param name="seed">Decides the keys.</param>
    /// <param name="plan">What is wanted; null for TLS 1.3 with AES-128-GCM in both directions.</param>
    /// <exception cref="CaseFailedException">The connection does not come up.</exception>
    /// <exception cref="CaseSkippedException">The driver does not offload what the case needs in the card.</exception>
    public static TestFlow Open(DriverRig rig, ulong seed, FlowPlan? plan = null)
    {
        ArgumentNullException.ThrowIfNull(rig);
        plan ??= new FlowPlan();
        if (plan.InitialSequence is not null) rig.Needs(DriverAbilities.InitialSequence);
        int before = rig.Peer.Connections.Count;
        byte[] address = new byte[rig.Setup.Ipv6 ? 16 : 4];
        (rig.Setup.Ipv6 ? PeerAddresses.Peer6 : PeerAddresses.Peer4).Write(address);
        IFlowUnderTest flow = rig.Driver.Connect(new FlowRequest(address, plan.PeerPort, plan.LocalPort, plan.InitialSequence, plan.SendBufferBytes));
        rig.Until(() => rig.Peer.Connections.Count > before && flow.State == FlowState.Open && rig.Peer.Connections[^1].IsEstablished, "the connection is established");
        var test = new TestFlow(rig, plan, flow, rig.Peer.Connections[^1], seed);
        test.SetKeys(seed);
        return test;
    }

    /// <summary>Sends application data and lets the machine take all of it.</summary>
    /// <param name="data">The data.</param>
    /// <param name="flags">Flags of the last call.</param>
    /// <param name="limitPs">Longest wait in picoseconds; zero for ten seconds.</param>
    public void Send(ReadOnlySpan<byte> data, SendFlags flags = SendFlags.None, long limitPs = 0)
    {
        byte[] rest = data.ToArray();
        _application.AddRange(rest);
        Rig.Until(
            () =>
            {
                if (rest.Length == 0) return true;
                DriverResult result = Flow.Send(rest, flags);
                Expect.That(result.Ok || result.Error == DriverError.TryAgain, $"the machine takes data (it says {result.Error})");
                rest = rest[result.Value..];
                return rest.Length == 0;
            },
            "the machine takes all data",
            limitPs);
    }

    /// <summary>Notes application data that the case sent by itself, for <see cref="ExpectWire"/>.</summary>
    /// <param name="data">The data.</param>
    public void Note(ReadOnlySpan<byte> data) => _application.AddRange(data);

    /// <summary>Sends drawn application data.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="label">What it is drawn for.</param>
    /// <param name="limitPs">Longest wait in picoseconds; zero for ten seconds.</param>
    /// <returns>The data.</returns>
    public byte[] SendDrawn(int length, string label = "data", long limitPs = 0)
    {
        byte[] data = CaseKeys.Bytes((ulong)_application.Count + Plan.TxRecordNumber, Plan.Label + "/" + label, length);
        Send(data, limitPs: limitPs);
        return data;
    }

    /// <summary>Waits until the peer received bytes of the protected stream in order.</summary>
    /// <param name="bytes">How many, headers and tags included.</param>
    public void UntilReceived(int bytes) => Rig.Until(() => Connection.Received.Contiguous >= TlsOffset + bytes, $"{bytes} bytes of records arrive");

    /// <summary>Waits until the machine has everything acknowledged and is still.</summary>
    /// <param name="limitPs">Longest wait in picoseconds; zero for ten seconds. A timer of TCP that expired often takes longer.</param>
    public void UntilQuiet(long limitPs = 0)
    {
        Rig.Until(TcpDone, "everything that was sent arrives", limitPs);
        Rig.Settle();
    }

    /// <summary>Opens the records that were on the wire, whether the network lost them or not.</summary>
    /// <param name="codec">Opens them; null for the key of the beginning.</param>
    /// <exception cref="CaseFailedException">A record does not open, or a repetition differed.</exception>
    public IReadOnlyList<OpenedRecord> OpenWire(RecordCodec? codec = null)
    {
        Expect.That(Connection.Wire.Conflict is null, $"every repeated byte is what it was before (byte {Connection.Wire.Conflict} of the stream differed)");
        return OpenStream(Connection.Wire.Bytes[TlsOffset..], codec ?? TxCodec, Plan.TxRecordNumber);
    }

    /// <summary>Demands that the wire holds exactly the application data, in records that open, each place once, and no placeholder or flaw.</summary>
    /// <exception cref="CaseFailedException">It does not.</exception>
    public void ExpectWire()
    {
        IReadOnlyList<OpenedRecord> records = OpenWire();
        Expect.That(records.All(r => r.Content.Length <= Rig.Setup.MaxRecordPayload), $"no record holds more than {Rig.Setup.MaxRecordPayload} bytes");
        byte[] content = [.. records.Where(r => r.Type == 23).SelectMany(r => r.Content)];
        Expect.Bytes(content, Application, "the contents of the records");
        Expect.That(Rig.Peer.Flaws.Count == 0, $"every frame is well-formed ({string.Join("; ", Rig.Peer.Flaws)})");
    }

    /// <summary>Seals the next record for the machine.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="type">Content type.</param>
    /// <param name="padding">TLS 1.3: zeros behind the type.</param>
    public byte[] SealNext(ReadOnlySpan<byte> content, byte type = 23, int padding = 0)
    {
        RxPlaces[Connection.Options.InitialSequence + 1 + (uint)_rxSealed] = NextRxRecord;
        byte[] record = RxCodec.Seal(type, content, NextRxRecord++, padding);
        _rxSealed += record.Length;
        return record;
    }

    /// <summary>Sends stream bytes to the machine, no faster than its receive ring is emptied.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="segmentBytes">Payload of one frame; 0 for 1460.</param>
    public void Deliver(ReadOnlySpan<byte> stream, int segmentBytes = 0)
    {
        int step = segmentBytes == 0 ? 1460 : segmentBytes;
        int batch = step << Math.Min(5, Rig.Setup.RxRingLog2 - 1);
        for (int at = 0; at < stream.Length; at += batch)
        {
            Connection.Send(stream.Slice(at, Math.Min(batch, stream.Length - at)), step);
            Rig.Settle(100_000_000);
        }
    }

    /// <summary>Everything that the machine's application received so far and was not taken yet.</summary>
    public IReadOnlyList<ReceivedRecord> TakeReceived()
    {
        var records = new List<ReceivedRecord>();
        while (Flow.TryReceive(out ReceivedRecord? record)) records.Add(record!);
        return records;
    }

    /// <summary>Waits until the machine's application received data, and demands that it is what was sent.</summary>
    /// <param name="expected">The data, across records.</param>
    /// <exception cref="CaseFailedException">Other bytes came, or not all.</exception>
    public void ExpectDelivered(ReadOnlySpan<byte> expected)
    {
        var got = new List<byte>();
        int wanted = expected.Length;
        Rig.Until(
            () =>
            {
                foreach (ReceivedRecord record in TakeReceived()) got.AddRange(record.Content);
                return got.Count >= wanted || Flow.RxError != DriverError.None;
            },
            $"{wanted} bytes are delivered");
        Expect.Bytes([.. got], expected, "the bytes delivered");
    }

    /// <summary>Cuts a stream into records and opens each.</summary>
    /// <param name="stream">The stream, from a header on; an incomplete record at its end is left.</param>
    /// <param name="codec">Opens them.</param>
    /// <param name="first">Number of the first.</param>
    /// <exception cref="CaseFailedException">A record does not open.</exception>
    public static IReadOnlyList<OpenedRecord> OpenStream(ReadOnlySpan<byte> stream, RecordCodec codec, ulong first)
    {
        ArgumentNullException.ThrowIfNull(codec);
        var records = new List<OpenedRecord>();
        int at = 0;
        ulong number = first;
        while (stream.Length - at >= 5)
        {
            int length = 5 + BinaryPrimitives.ReadUInt16BigEndian(stream[(at + 3)..]);
            Expect.Equal(BinaryPrimitives.ReadUInt16BigEndian(stream[(at + 1)..]), (ushort)0x0303, $"the version of record {number}");
            if (stream.Length - at < length) break;
            string? wrong = codec.Open(stream.Slice(at, length), number, out byte type, out byte[] content);
            Expect.That(wrong is null, $"record {number} opens ({wrong})");
            records.Add(new OpenedRecord(number, at, length, type, content));
            at += length;
            number++;
        }

        return records;
    }

    /// <summary>Opens the records that came in since the last call, so that a long stream is opened once.</summary>
    private bool TcpDone()
    {
        int arrived = Connection.Received.Contiguous - TlsOffset;
        if (arrived < Application.Length) return false;
        if (arrived > _seenOffset)
        {
            IReadOnlyList<OpenedRecord> opened = OpenStream(Connection.Received.Bytes[(TlsOffset + _seenOffset)..], TxCodec, Plan.TxRecordNumber + _seenRecords);
            _seenRecords += (ulong)opened.Count;
            _seenOffset += opened.Sum(r => r.Length);
            _seenContent += opened.Where(r => r.Type == 23).Sum(r => r.Content.Length);
        }

        return _seenContent >= Application.Length;
    }

    private void SetKeys(ulong seed)
    {
        if (Plan.PlainBytes > 0)
        {
            byte[] plain = CaseKeys.Bytes(seed, Plan.Label + "/plain", Plan.PlainBytes);
            DriverResult sent = Flow.Send(plain);
            Expect.Equal(sent.Value, plain.Length, "the plain bytes taken");
        }

        if (Plan.Tx) Accept(Flow.SetTx(TxKeys), "TLS_TX");
        if (Plan.Rx) Accept(Flow.SetRx(RxKeys), "TLS_RX");
        Rig.Until(() => Flow.TxPlace != FlowPlace.Installing && Flow.RxPlace != FlowPlace.Installing, "the keys are installed");
        if (!Plan.MustOffload) return;
        Expect.Can(!Plan.Tx || !Rig.Setup.OffloadTx || Flow.TxPlace == FlowPlace.Device, $"the driver does not offload sending of {Plan.Version} {Plan.Cipher}");
        Expect.Can(!Plan.Rx || !Rig.Setup.OffloadRx || Flow.RxPlace == FlowPlace.Device, $"the driver does not offload receiving of {Plan.Version} {Plan.Cipher}");
    }

    private static void Accept(DriverError error, string call) => Expect.That(error == DriverError.None, $"{call} is accepted (it says {error})");
}
