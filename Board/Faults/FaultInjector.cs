using System.Security.Cryptography;
using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Faults;

/// <summary>Puts faults into one machine, at its seams, and tells afterwards which of them struck. The card, its program and the driver are not touched.</summary>
public sealed class FaultInjector
{
    private readonly NicBoard _board;
    private readonly List<ArmedFault> _faults = [];
    private readonly List<ArmedFault> _tables = [];
    private HostKernel? _host;
    private int _filling;

    /// <summary>Prepares; arms nothing.</summary>
    /// <param name="board">The machine, before it runs.</param>
    public FaultInjector(NicBoard board)
    {
        ArgumentNullException.ThrowIfNull(board);
        _board = board;
    }

    /// <summary>The faults armed so far.</summary>
    public IReadOnlyList<ArmedFault> Faults => _faults;

    /// <summary>Whether nothing is being prepared: tables that are full from the start are.</summary>
    public bool IsPrepared => _filling == 0;

    /// <summary>The faults that never struck, as a sentence; null when all did.</summary>
    public string? MissedFaults
    {
        get
        {
            string[] missed = [.. _faults.Where(static f => f.Hits == 0).Select(static f => f.Specification + (f.Remark is { } why ? $" ({why})" : string.Empty))];
            return missed.Length == 0 ? null : $"The run ended before {(missed.Length == 1 ? "this fault" : "these faults")} could strike: {string.Join(", ", missed)}.";
        }
    }

    /// <summary>Puts a fault in.</summary>
    /// <param name="specification">Which, and when.</param>
    /// <returns>What tells whether it struck.</returns>
    public ArmedFault Arm(FaultSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var fault = new ArmedFault(specification, _board.Loop, new SeededRandom(_board.Options.Seed).Fork($"fault {_faults.Count}"));
        _faults.Add(fault);
        switch (specification.Definition.Family)
        {
            case FaultFamily.Frame:
                ArmFrame(fault);
                break;
            case FaultFamily.Descriptor when specification.Definition.Verb == "delay":
                _board.Function.Insert(next => new DoorbellFault(fault, _board.Loop, next));
                break;
            case FaultFamily.Descriptor:
                _board.Port.Insert(next => new DescriptorFault(fault, _board.Port, _board.Function.Rings, next));
                break;
            case FaultFamily.Completion:
                _board.Port.Insert(next => new CompletionFault(fault, _board.Port, _board.Function.Rings, _board.Loop, next));
                break;
            case FaultFamily.Interrupt:
                _board.Port.Insert(next => new InterruptFault(fault, _board.Port, _board.Loop, next));
                break;
            case FaultFamily.Dma:
                _board.Port.Insert(next => new DmaErrorFault(fault, _board.Port, _board.Function.Rings, next));
                break;
            case FaultFamily.Mailbox:
                _board.Function.Insert(next => new MailboxFault(fault, _board.Loop, next));
                break;
            default:
                ArmCard(fault);
                break;
        }

        return fault;
    }

    /// <summary>Tells that the driver runs: tables are filled from now on.</summary>
    /// <param name="host">Its kernel.</param>
    public void OnHostReady(HostKernel host)
    {
        _host = host;
        foreach (ArmedFault fault in _tables)
        {
            FillTable(fault);
        }

        _tables.Clear();
    }

    private void ArmFrame(ArmedFault fault)
    {
        FaultSpecification what = fault.Specification;
        NetworkAction action = what.Definition.Verb switch
        {
            "drop" => NetworkAction.Dropped,
            "duplicate" => NetworkAction.Duplicated,
            "corrupt" => NetworkAction.Corrupted,
            _ => NetworkAction.Reordered,
        };
        bool bySelf = what.When.Moment is FaultMoment.Time or FaultMoment.Rate;
        FramePredicate chosen = Choose(what);
        var rule = new FrameRule(
            action, bySelf ? frame => chosen(frame) && fault.IsDue() : chosen, Skip(what), (int)Math.Min(fault.Most, int.MaxValue))
        {
            DelayPs = what.Definition.Verb == "delay" ? what.TimePs("by") : null,
            MendsChecksum = what.Definition.Name == "record-corrupt",
            Hit = fault.Hit,
        };
        DirectionOf(what).Add(rule);
    }

    private Disturbance DirectionOf(FaultSpecification what) =>
        what.Definition.Parameters.Any(static p => p.Name == "direction") && what.Word("direction") == "received" ? Network.Incoming : Network.Outgoing;

    private LossyLink Network => _board.Network ?? throw new InvalidOperationException("A machine without a wire has no frames to disturb.");

    private static int Skip(FaultSpecification what) => what.When.Moment is FaultMoment.Frame or FaultMoment.Segment ? (int)Math.Min(what.When.Number, int.MaxValue) : 0;

    private static FramePredicate Choose(FaultSpecification what)
    {
        bool Takes(string name) => what.Definition.Parameters.Any(p => p.Name == name);
        ushort port = Takes("port") ? (ushort)what.Number("port") : (ushort)0;
        int least = Takes("least") ? (int)what.Number("least") : 0;
        return what.When.Moment switch
        {
            FaultMoment.Record => new RecordHeaderMatch((int)what.When.Number, least, port).IsIn,
            FaultMoment.Byte => FrameRule.HasStreamByte((uint)what.When.Number, port),
            FaultMoment.Segment => FrameRule.HasPayload(port),
            _ => FrameRule.Any(port),
        };
    }

    private void ArmCard(ArmedFault fault)
    {
        FaultSpecification what = fault.Specification;
        string name = "fault." + what.Definition.Name;
        ITimer timer = _board.Loop.CreateTimer(name, () => Strike(fault));
        switch (what.When.Moment)
        {
            case FaultMoment.Time:
                timer.ArmAt(what.When.Number);
                break;
            case FaultMoment.Dma:
                Action<long>? before = _board.Port.BeforeTransaction;
                _board.Port.BeforeTransaction = number =>
                {
                    before?.Invoke(number);
                    // Reset and removal may come in the midst of a transaction; what concerns other parts waits for its end.
                    if (number == what.When.Number)
                    {
                        Strike(fault);
                    }
                };
                break;
            default:
                // Soon, but outside the call that sends the frame.
                Network.Outgoing.Add(new FrameRule(NetworkAction.Dropped, Choose(what), Skip(what)) { OnlyWatches = true, Hit = () => timer.ArmAt(_board.Loop.NowPs) });
                break;
        }
    }

    private void Strike(ArmedFault fault)
    {
        FaultSpecification what = fault.Specification;
        long now = _board.Loop.NowPs;
        switch (what.Definition.Name)
        {
            case "table-full" when _host is null:
                _tables.Add(fault);
                break;
            case "table-full":
                FillTable(fault);
                break;
            case "link-flap":
                fault.Hit();
                _board.Loop.CreateTimer("fault.link", () => Network.IsCut = !Network.IsCut).ArmAt(now);
                _board.Loop.CreateTimer("fault.link-back", () => Network.IsCut = false).ArmAt(now + Math.Max(1, what.TimePs("for")));
                break;
            case "firmware-hang":
                fault.Hit();
                _board.Core.StopUntil(what.TimePs("for") is var time and not 0 ? now + time : long.MaxValue);
                break;
            case "removal":
                fault.Hit();
                _board.Bus.IsRemoved = true;
                break;
            default:
                fault.Hit();
                _board.Function.Reset(ResetKind.FunctionLevel);
                break;
        }
    }

    /// <summary>Other users of the card take all that is free, by the commands that everybody uses.</summary>
    private void FillTable(ArmedFault fault)
    {
        NicTls tls = _host!.Nic.Tls;
        string table = fault.Specification.Word("table");
        byte[] key = new byte[TlsRecordLayout.KeyLengthOf(TlsCipher.Aes128Gcm)];
        _filling += table == "key" ? NativeDevice.Keys + 1 : NativeDevice.TxContexts + 2;
        for (int i = 0; i < (table == "key" ? NativeDevice.Keys + 1 : 1); i++)
        {
            fault.Random.Fill(key);
            tls.CreateKey(TlsCipher.Aes128Gcm, key, table == "key" ? Filled : created => FillContexts(created));
        }

        CryptographicOperations.ZeroMemory(key);

        void Filled(MailboxResult result)
        {
            _filling--;
            if (result.Status == MailboxStatus.TableFull && fault.Hits == 0)
            {
                fault.Hit();
            }
        }

        void FillContexts(MailboxResult created)
        {
            ulong handle = created.Handle;
            Filled(created);
            byte[] iv = new byte[12];
            for (int i = 0; i <= NativeDevice.TxContexts; i++)
            {
                if (table == "tx")
                {
                    tls.CreateTx(new TxCreateRequest { KeyHandle = handle, Version = TlsVersion.Tls13, Mode = TxMode.SequenceTracked }, iv, Filled);
                }
                else
                {
                    // 192.0.2.0/24 is for documentation (RFC 5737): no connection of the run has such an address.
                    tls.CreateRx(new RxCreateRequest { KeyHandle = handle, Version = TlsVersion.Tls13, IpVersion = 4, RemoteAddressFirst = 0x0002_00C0, LocalAddressFirst = 0x0102_00C0, RemotePort = (ushort)(1 + i), LocalPort = 1 }, iv, Filled);
                }
            }
        }
    }
}
