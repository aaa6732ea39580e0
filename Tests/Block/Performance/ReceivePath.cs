using System.Buffers.Binary;
using NicEmu.Board.Bus;
using NicEmu.Board.Memory;
using NicEmu.Board.Time;
using NicEmu.DeviceModel;
using NicEmu.Driver.Nic;
using NicEmu.Firmware;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Tests.Block.Core;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Performance;

/// <summary>A card with its driver, without a trace sink; the test is the wire, the driver's client counts what comes up.</summary>
internal sealed class ReceivePath : INicClient, IDisposable
{
    private const long LimitPs = 1_000_000_000_000;

    private readonly EventLoop _loop = new();
    private readonly CaptureLink _wire = new() { Keep = false };
    private readonly NicDriver _driver;

    public ReceivePath()
    {
        var trace = new TraceSource(_loop, 0);
        var bus = new InProcessBus(_loop, new HostMemory(), trace);
        var device = new NicDevice(_loop, bus, _wire, trace);
        device.InternalBus.Attach(new FirmwareImage(device.InternalBus, _loop));
        bus.Attach(device.Function);
        _driver = new NicDriver(bus, _loop, this, new NicOptions { Promiscuous = true });
        _driver.Start();
        Await(() => _driver.State == NicState.Running && _driver.LinkUp);
    }

    /// <summary>Frames that came up.</summary>
    public int Frames { get; private set; }

    /// <summary>Frames of these whose payload the card had decrypted.</summary>
    public int Decrypted { get; private set; }

    /// <summary>Installs key and context of the flow of <paramref name="frame"/> and activates its rule.</summary>
    public void Install(RecordOracle oracle, TcpFrame frame)
    {
        MailboxResult result = default;
        _driver.Tls.CreateKey(oracle.Cipher, oracle.Key, r => result = r);
        Await(() => result.Answered);
        Assert.That(result.Ok, Is.True, "KEY_CREATE");
        var request = new RxCreateRequest
        {
            KeyHandle = result.Handle,
            Version = oracle.Version,
            IpVersion = 4,
            RemotePort = frame.SourcePort,
            LocalPort = frame.DestinationPort,
            RemoteAddressFirst = BinaryPrimitives.ReadUInt32LittleEndian(frame.SourceAddress),
            LocalAddressFirst = BinaryPrimitives.ReadUInt32LittleEndian(frame.DestinationAddress),
            StartSequence = frame.Sequence,
        };
        result = default;
        _driver.Tls.CreateRx(request, oracle.Iv, r => result = r);
        Await(() => result.Answered);
        Assert.That(result.Ok, Is.True, "RX_CREATE");
        ulong context = result.Handle;
        result = default;
        _driver.Tls.Submit(MailboxOpcode.RxActivate, context, r => result = r);
        Await(() => result.Answered);
        Assert.That(result.Ok, Is.True, "RX_ACTIVATE");
    }

    /// <summary>Puts frames on the wire and runs until all of them have come up.</summary>
    public void Receive(ReadOnlySpan<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            int due = Frames + 1;
            _wire.Inject(frame);
            while (Frames != due && _loop.RunNext())
            {
            }
        }
    }

    public void OnFrame(int queue, ReadOnlySpan<byte> frame, in RxCompletion completion)
    {
        Frames++;
        Decrypted += completion.Verdict == RxVerdict.Decrypted ? 1 : 0;
    }

    public void Dispose() => _driver.Dispose();

    private void Await(Func<bool> condition) => Assert.That(_loop.RunUntil(condition, LimitPs), Is.True, "the card comes up and answers");
}
