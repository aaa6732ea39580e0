using NicEmu.Board.Sessions;
using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Scenarios;

/// <summary>Gives both ends of a flow their keys: by a genuine handshake, or drawn from the seed.</summary>
internal sealed class FlowKeys
{
    private readonly ScenarioMachine _machine;
    private readonly ulong _seed;
    private readonly Action<string> _log;

    public FlowKeys(Scenario scenario, int index, Action<string> log)
    {
        _machine = scenario.Machine;
        _seed = new SeededRandom(scenario.Seed).Fork($"keys {index}").NextUInt64();
        _log = log;
    }

    /// <summary>Why the handshake failed.</summary>
    public string? Failure { get; private set; }

    public void Connect(HostSocket socket, int number, Action<FlowSecured?> done)
    {
        if (_machine.Handshake)
        {
            TlsUpgrade.Client(socket, HandshakeOf(number), upgrade => Finish(socket, upgrade, done));
        }
        else
        {
            socket.Opened = () => Give(socket, number, done);
        }
    }

    public void Serve(HostSocket socket, int number, Action<FlowSecured?> done)
    {
        if (_machine.Handshake)
        {
            TlsUpgrade.Server(socket, HandshakeOf(number), upgrade => Finish(socket, upgrade, done));
        }
        else
        {
            Give(socket, number, done);
        }
    }

    private HandshakeOptions HandshakeOf(int number) => new()
    {
        Version = _machine.Version,
        Cipher = _machine.Cipher,
        Seed = _seed + (ulong)number,
        Identity = ServerIdentity.Create(_seed + (ulong)number, "nicemu.test"),
        // Both ends know the same secrets: one tells them.
        KeyLog = number == 0 ? _log : null,
    };

    private void Finish(HostSocket socket, TlsUpgrade upgrade, Action<FlowSecured?> done)
    {
        Failure = upgrade.Handshake.Failure?.ToString();
        done(upgrade.Handshake.Result is { } keys ? Of(socket, keys) : null);
    }

    private void Give(HostSocket socket, int number, Action<FlowSecured?> done)
    {
        HandshakeResult keys = Draw(number);
        // Where the first record of a direction begins is known until the socket takes it.
        FlowSecured secured = Of(socket, keys);
        socket.SetTlsTx(keys.Tx);
        socket.SetTlsRx(keys.Rx);
        done(secured);
    }

    private HandshakeResult Draw(int number)
    {
        if (_machine.Version == TlsVersion.Tls12)
        {
            return new HandshakeResult(DrawKey(number), DrawKey(1 - number));
        }

        (TrafficSecret tx, TrafficSecret rx) = (DrawSecret(number), DrawSecret(1 - number));
        return new HandshakeResult(tx.Keys(), rx.Keys()) { TxSecret = tx, RxSecret = rx };
    }

    private TlsCryptoInfo DrawKey(int sender) =>
        new(_machine.Version, _machine.Cipher, Bytes(sender, "key", TlsRecordLayout.KeyLengthOf(_machine.Cipher)), Bytes(sender, "iv", TlsCryptoInfo.IvLength), 0);

    private TrafficSecret DrawSecret(int sender) => new(_machine.Cipher, Bytes(sender, "secret", TrafficSecret.LengthOf(_machine.Cipher)));

    private byte[] Bytes(int sender, string what, int length)
    {
        byte[] bytes = new byte[length];
        new SeededRandom(_seed).Fork($"sender {sender} {what}").Fill(bytes);
        return bytes;
    }

    private static FlowSecured Of(HostSocket socket, HandshakeResult keys)
    {
        (RecordKeys tx, RecordKeys rx) = WireKeys.Of(socket.Connection, keys);
        return new FlowSecured(tx, rx, keys.Version == TlsVersion.Tls13 ? new KeyUpdater(socket, keys) : null);
    }
}
