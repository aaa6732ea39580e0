using NicEmu.Spec.Tls;

namespace NicEmu.Traces.Tls;

/// <summary>Reads the records of one connection in the order of the wire: keeps both directions' keys and numbers, and says what is in each record.</summary>
internal sealed class RecordReading
{
    private readonly DirectionState _client = new(TlsSide.Client);
    private readonly DirectionState _server = new(TlsSide.Server);
    private readonly ConnectionKeys _keys;
    private readonly HelloFacts _agreed;
    private bool _isBeforeCard;

    public RecordReading(TlsKeyLog keyLog, HelloFacts agreed)
    {
        _agreed = agreed;
        _keys = new ConnectionKeys(keyLog, agreed);
    }

    /// <summary>Remarks on the connection as a whole.</summary>
    public List<string> Notes => _keys.Notes;

    /// <summary>Whether a Finished message disagreed with the transcript.</summary>
    public bool HasWrongFinished { get; private set; }

    /// <summary>Records that had to stay unread for want of a secret.</summary>
    public SortedSet<string> WantedSecrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads one record.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="cut">The record.</param>
    /// <param name="sequence">TCP sequence number of its first byte.</param>
    public TlsRecordStory Read(TlsSide side, RecordCut cut, uint sequence)
    {
        DirectionState state = side == TlsSide.Client ? _client : _server;
        var story = new TlsRecordStory
        {
            Side = side,
            OuterType = cut.Type,
            ContentType = cut.Type,
            Offset = cut.Offset,
            TcpSequence = sequence,
            WireLength = cut.Length,
            Frames = cut.Frames,
        };

        // TLS 1.3: change_cipher_spec and the alerts of an end without keys stay in the clear (RFC 8446 §5, §D.4).
        bool isClear = state.Epoch == TlsEpoch.Clear || (_keys.IsTls13 && cut.Type != (byte)TlsContentType.ApplicationData);
        return isClear ? ReadClear(state, cut, story) : ReadProtected(state, cut, story);
    }

    private TlsRecordStory ReadClear(DirectionState state, RecordCut cut, TlsRecordStory story)
    {
        if (cut.Bytes is not { } bytes)
        {
            state.Handshake.Clear();
            return story with { Failure = Missing(cut) };
        }

        if (cut.Type == (byte)TlsContentType.ApplicationData)
        {
            return story with
            {
                Failure = state.Side == TlsSide.Client && _agreed.OffersEarlyData ? "early data (0-RTT), which this command does not open"
                    : "protected, but the capture has no handshake before it: neither version nor cipher nor record number is known",
            };
        }

        ReadOnlySpan<byte> content = bytes.Span[TlsRecordLayout.HeaderLength..];
        return Content(state, story with { IsReadable = true }, cut.Type, content);
    }

    private TlsRecordStory ReadProtected(DirectionState state, RecordCut cut, TlsRecordStory story)
    {
        ulong number = state.Number;
        story = story with { Key = state.Key?.Name ?? state.SecretName, Number = number };
        if (cut.Bytes is not { } bytes)
        {
            state.Number++; // the sender counted it
            return story with { Failure = Missing(cut) };
        }

        if (state.Key is not { } key)
        {
            return WithoutKey(state, cut, story);
        }

        story = Layout(story, key);
        if (!key.TryOpen(number, bytes.Span, out OpenedBytes opened))
        {
            return Unopened(state, cut, story, opened);
        }

        state.Number++;
        return Opened(state, story with { Nonce = opened.Nonce, Aad = opened.Aad, IsReadable = true }, opened.Plain!);
    }

    /// <summary>The record did not open: perhaps the direction uses its next key already, because what announced it is not in the capture.</summary>
    private TlsRecordStory Unopened(DirectionState state, RecordCut cut, TlsRecordStory story, in OpenedBytes opened)
    {
        if (TryApplication(state, cut, story) is { } other)
        {
            return other;
        }

        if (state.Side == TlsSide.Client && state.Epoch == TlsEpoch.Handshake && _agreed.OffersEarlyData && state.Number == 0)
        {
            return story with { Key = null, Number = null, Failure = "early data (0-RTT), which this command does not open" };
        }

        state.Number++;
        return story with
        {
            Nonce = opened.Nonce,
            Aad = opened.Aad,
            Failure = WhyClosed(cut, state.Key!, opened),
            IsForged = true,
        };
    }

    private string WhyClosed(RecordCut cut, TlsRecordKey key, in OpenedBytes opened)
    {
        if (opened.Nonce is null)
        {
            return "too short for a protected record";
        }

        if (IsText(cut.Bytes!.Value.Span[key.Layout.PrefixLength..]))
        {
            _isBeforeCard = true;
            return "not encrypted, only framed: the capture was taken before a card that encrypts on the way to the wire";
        }

        return _isBeforeCard
            ? "does not open; as records before it were not encrypted here, it probably is not either"
            : "the tag is wrong: the record was changed on the way, or the secret belongs to another connection, or records before it are missing";
    }

    /// <summary>Whether the first bytes are text, which ciphertext is not: by chance 32 of its bytes in a row are printable once in 10^13.</summary>
    private static bool IsText(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> start = body[..Math.Min(32, body.Length)];
        foreach (byte b in start)
        {
            if (b is not (>= 0x20 and < 0x7F or (byte)'\r' or (byte)'\n' or (byte)'\t'))
            {
                return false;
            }
        }

        return start.Length == 32;
    }

    private TlsRecordStory WithoutKey(DirectionState state, RecordCut cut, TlsRecordStory story)
    {
        if (TryApplication(state, cut, story) is { } read)
        {
            return read;
        }

        state.Number++;
        if (CipherSuiteFacts.CipherOf(_agreed.Suite) is null)
        {
            return story with { Failure = $"this command does not open {CipherSuiteFacts.NameOf(_agreed.Suite)}" };
        }

        WantedSecrets.Add(state.SecretName);
        // Without the secret nobody can tell where the handshake ends, and with it the first key.
        bool isCounted = !_keys.IsTls13;
        return story with { Number = isCounted ? story.Number : null, Failure = $"the secret {state.SecretName} is not in the key log", ContentLength = LengthWithoutKey(story.WireLength) };
    }

    /// <summary>TLS 1.3, in the handshake phase: tries the record as the first under the application key.</summary>
    private TlsRecordStory? TryApplication(DirectionState state, RecordCut cut, TlsRecordStory story)
    {
        if (!_keys.IsTls13 || state.Epoch != TlsEpoch.Handshake || cut.Bytes is not { } bytes
            || _keys.Tls13(state.Side, TlsEpoch.Application) is not { } key || !key.TryOpen(0, bytes.Span, out OpenedBytes opened))
        {
            return null;
        }

        state.Switch(TlsEpoch.Application, key.Name, key);
        state.Number = 1;
        story = Layout(story with { Key = key.Name, Number = 0, Nonce = opened.Nonce, Aad = opened.Aad, IsReadable = true }, key);
        return Opened(state, story, opened.Plain!);
    }

    private static TlsRecordStory Layout(TlsRecordStory story, TlsRecordKey key) => story with { Iv = key.Iv, ExplicitNonceLength = key.Layout.ExplicitNonceLength };

    private TlsRecordStory Opened(DirectionState state, TlsRecordStory story, ReadOnlySpan<byte> plain)
    {
        if (!_keys.IsTls13)
        {
            return Content(state, story, story.OuterType, plain);
        }

        // RFC 8446 §5.4: the last byte that is not zero is the type.
        int at = plain.LastIndexOfAnyExcept((byte)0);
        if (at < 0)
        {
            return story with { IsReadable = false, Failure = "it holds nothing but padding, which RFC 8446 §5.4 forbids", IsForged = true };
        }

        return Content(state, story with { ContentType = plain[at], Padding = plain.Length - at - 1 }, plain[at], plain[..at]);
    }

    private TlsRecordStory Content(DirectionState state, TlsRecordStory story, byte type, ReadOnlySpan<byte> content)
    {
        story = story with { ContentLength = content.Length, Preview = content[..Math.Min(content.Length, TlsRecordStory.PreviewLength)].ToArray() };
        return type switch
        {
            (byte)TlsContentType.Handshake => story with { Messages = Messages(state, content) },
            (byte)TlsContentType.Alert when content.Length == 2 => story with { Messages = [AlertOf(content)] },
            (byte)TlsContentType.ChangeCipherSpec => story with { Messages = [ChangeCipherSpec(state)] },
            _ => story,
        };
    }

    private List<TlsMessageStory> Messages(DirectionState state, ReadOnlySpan<byte> content)
    {
        List<TlsMessageStory> said = [];
        if (state.Handshake.Count + content.Length > DirectionState.MaxMessage)
        {
            state.Handshake.Clear();
            return [new TlsMessageStory(-1, "a handshake message that is longer than this command puts together", content.Length, [])];
        }

        state.Handshake.AddRange(content);
        while (state.Handshake.Count >= 4)
        {
            int length = (state.Handshake[1] << 16) | (state.Handshake[2] << 8) | state.Handshake[3];
            if (state.Handshake.Count < 4 + length)
            {
                if (said.Count == 0)
                {
                    said.Add(new TlsMessageStory(-1, $"a part of {TlsNames.Message(state.Handshake[0])}, {state.Handshake.Count} of {4 + length} bytes so far", content.Length, []));
                }

                break;
            }

            byte[] message = [.. state.Handshake.Take(4 + length)];
            state.Handshake.RemoveRange(0, 4 + length);
            said.Add(Message(state, message));
        }

        return said;
    }

    private TlsMessageStory Message(DirectionState state, byte[] message)
    {
        int type = message[0];
        TlsMessageStory story = MessageWords.Say(type, message.AsSpan(4), _agreed);
        // Only the Finished of the first handshake counts: TLS 1.3 under the handshake key, TLS 1.2 as the first record under the key.
        bool isFinished = type == 20 && (_keys.IsTls13 ? state.Epoch == TlsEpoch.Handshake : state is { Epoch: TlsEpoch.Application, Number: 1 });
        bool? agrees = isFinished ? _keys.Verify(state.Side, message.AsSpan(4), state.Key) : null;
        _keys.Remember(message, story.Name == "HelloRetryRequest");
        switch (type)
        {
            case 2 when _keys.IsTls13 && _agreed.HasServerHello && _client.Epoch == TlsEpoch.Clear:
                return With(story, [.. Begin(_server, TlsEpoch.Handshake), .. Begin(_client, TlsEpoch.Handshake)]);
            case 20 when isFinished:
                HasWrongFinished |= agrees == false;
                string verdict = agrees switch
                {
                    true => "verify_data agrees with the messages so far: both ends saw the same handshake",
                    false => "verify_data does NOT agree with the messages in this capture",
                    _ => "verify_data cannot be checked without the secret",
                };
                return With(story, [verdict, .. _keys.IsTls13 ? Begin(state, TlsEpoch.Application) : []]);
            case 24 when _keys.IsTls13 && state.Key is { } key:
                state.Switch(TlsEpoch.Application, key.Name, _keys.Next(key, ++state.Updates));
                return With(story, [$"from here the {Name(state.Side)}'s records are under {state.Key?.Name}, the HKDF-Expand-Label \"traffic upd\" of the last secret, and count from 0 again"]);
            default:
                return story;
        }
    }

    /// <summary>TLS 1.3: the direction changes its key.</summary>
    private List<string> Begin(DirectionState state, TlsEpoch epoch)
    {
        state.Switch(epoch, ConnectionKeys.LabelOf(state.Side, epoch), _keys.Tls13(state.Side, epoch));
        string known = state.Key is { } key
            ? $" (key of {key.Layout.KeyLength} bytes = HKDF-Expand-Label(secret, \"key\"), static IV of 12 = HKDF-Expand-Label(secret, \"iv\"))"
            : " (not known here)";
        return [$"from here the {Name(state.Side)}'s records are under {state.SecretName}{known}: the next is number 0"];
    }

    private TlsMessageStory ChangeCipherSpec(DirectionState state)
    {
        if (_keys.IsTls13 || !_agreed.HasServerHello)
        {
            return new TlsMessageStory(-1, "ChangeCipherSpec", 1, ["means nothing in TLS 1.3: it keeps old boxes on the way quiet, and takes no record number"]);
        }

        state.Switch(TlsEpoch.Application, "CLIENT_RANDOM", _keys.Tls12(state.Side));
        string where = state.Key is { } key
            ? $" with {key.Name}, a part of PRF(master secret, \"key expansion\", both randoms), as is the {(key.Iv.Length == 4 ? "salt" : "IV")} of {key.Iv.Length} bytes"
            : " (its master secret is not known here)";
        return new TlsMessageStory(-1, "ChangeCipherSpec", 1, [$"from here the {Name(state.Side)}'s records are protected{where}; the next, Finished, is number 0"]);
    }

    private static TlsMessageStory AlertOf(ReadOnlySpan<byte> content) =>
        new(-1, "Alert", 2, [$"{(content[0] == 2 ? "fatal" : "warning")}: {TlsNames.Alert(content[1])}{(content[1] == 0 ? " (no more data from this side)" : string.Empty)}"]);

    private static TlsMessageStory With(TlsMessageStory story, IReadOnlyList<string> more) => story with { Facts = [.. story.Facts, .. more] };

    private static string Name(TlsSide side) => side == TlsSide.Client ? "client" : "server";

    private static string Missing(RecordCut cut) => $"{cut.Missing} of its {cut.Length} bytes are not in the capture";

    /// <summary>What the length tells without a key: exact in TLS 1.2, with type and padding in TLS 1.3.</summary>
    private int LengthWithoutKey(int wireLength)
    {
        var layout = new TlsRecordLayout(_keys.IsTls13 ? TlsVersion.Tls13 : TlsVersion.Tls12, CipherSuiteFacts.CipherOf(_agreed.Suite)!.Value);
        int length = wireLength - TlsRecordLayout.HeaderLength - layout.MinLengthField;
        return length < 0 ? -1 : length;
    }
}
