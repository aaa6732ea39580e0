using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Net;
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

    public void Connect(HostSocket socket, int number, Action<(RecordKeys Tx, RecordKeys Rx)?> done)
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

    public void Serve(HostSocket socket, int number, Action<(RecordKeys Tx, RecordKeys Rx)?> done)
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

    private void Finish(HostSocket socket, TlsUpgrade upgrade, Action<(RecordKeys Tx, RecordKeys Rx)?> done)
    {
        Failure = upgrade.Handshake.Failure?.ToString();
        done(upgrade.Handshake.Result is { } keys ? Of(socket, keys.Tx, keys.Rx) : null);
    }

    private void Give(HostSocket socket, int number, Action<(RecordKeys Tx, RecordKeys Rx)?> done)
    {
        TlsCryptoInfo tx = Draw(number);
        TlsCryptoInfo rx = Draw(1 - number);
        (RecordKeys Tx, RecordKeys Rx) keys = Of(socket, tx, rx);
        socket.SetTlsTx(tx);
        socket.SetTlsRx(rx);
        done(keys);
    }

    private TlsCryptoInfo Draw(int sender)
    {
        SeededRandom random = new SeededRandom(_seed).Fork($"sender {sender}");
        byte[] key = new byte[TlsRecordLayout.KeyLengthOf(_machine.Cipher)];
        byte[] iv = new byte[TlsCryptoInfo.IvLength];
        random.Fill(key);
        random.Fill(iv);
        return new TlsCryptoInfo(_machine.Version, _machine.Cipher, key, iv, 0);
    }

    private static (RecordKeys Tx, RecordKeys Rx) Of(HostSocket socket, TlsCryptoInfo tx, TlsCryptoInfo rx)
    {
        TcpConnection connection = socket.Connection;
        return (KeysOf(tx, connection.SendSequence), KeysOf(rx, connection.ReadSequence));
    }

    private static RecordKeys KeysOf(TlsCryptoInfo info, uint sequence) => new(info.Version, info.Cipher, info.Key, info.Iv, info.RecordSequence, sequence);
}
