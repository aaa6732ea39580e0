using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Events;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C165 to C167, C172, C174, C182: nonces, plaintext and keys that must not be seen.</summary>
internal static class LeakCases
{
    private const string Document = "RFC 8446 §5.3, RFC 5288 §3";

    [Case("C165", CaseProfile.Security, "Each nonce of a key protects one plaintext: no record number and no explicit nonce comes twice, and what is sent again is what was sent.", Source = Document, Stimulus = "Two connections with a small send buffer, calls that fall short, control records, and every fifth segment lost.", Observes = "wire, ledger of nonces")]
    public static void NonceServesOnePlaintext(DriverCase c)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
        {
            DriverRig rig = c.Boot();
            TestFlow[] flows =
            [
                TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = "first", SendBufferBytes = 20_000 }),
                TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = "second", PeerPort = 4434, SendBufferBytes = 20_000 }),
            ];
            int seen = 0;
            foreach (TestFlow flow in flows) flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen % 5 == 0;
            for (int i = 0; i < 3; i++)
            {
                foreach (TestFlow flow in flows)
                {
                    flow.SendDrawn(25_000);
                    rig.Until(() => flow.Flow.SendRecord(21, [1, (byte)i]).Ok, "a control record is taken");
                }
            }

            foreach (TestFlow flow in flows) flow.UntilQuiet();
            var nonces = new HashSet<(string Flow, ulong Nonce)>();
            foreach (TestFlow flow in flows)
            {
                flow.ExpectWire();
                Expect.AtLeast(flow.Connection.Wire.Repeated, 1, "the number of bytes sent again");
                foreach (OpenedRecord record in flow.OpenWire())
                {
                    ulong nonce = version == TlsVersion.Tls13 ? record.Number : BinaryPrimitives.ReadUInt64BigEndian(flow.Connection.Wire.Bytes[(flow.TlsOffset + record.Offset + 5)..]);
                    Expect.That(nonces.Add((flow.Plan.Label, nonce)), $"the nonce 0x{nonce:X} of the {flow.Plan.Label} connection comes once ({version})");
                }
            }
        }
    }

    [Case("C166", CaseProfile.Security, "A file that changes before a retransmission: with copies the same bytes leave again; without copies the reuse of the nonce shows as a conflict on the wire.", Source = "Linux tls.rst, TLS_TX_ZEROCOPY_RO", Stimulus = "A file sent, changed, and sent again after a timeout, with copies and without.", Observes = "wire", Tolerates = ["NE3001", "NE3005", "NE3016"])]
    public static void ChangedFileIsNoticed(DriverCase c)
    {
        foreach (bool zeroCopy in new[] { false, true })
        {
            DriverRig rig = c.Boot();
            rig.Needs(DriverAbilities.SendFile | (zeroCopy ? DriverAbilities.ZeroCopy : DriverAbilities.None));
            rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
            TestFlow flow = TestFlow.Open(rig, c.Seed);
            byte[] content = CaseKeys.Bytes(c.Seed, "file", 4096);
            int file = rig.Driver.CreateFile(content);
            rig.Until(() => flow.Flow.SendFile(file, 0, content.Length, zeroCopy).Ok, "the file is taken");
            rig.Settle();
            byte[] first = [.. flow.Connection.Wire.Bytes];
            rig.Driver.ChangeFile(file, 0, CaseKeys.Bytes(c.Seed, "changed", 4096));
            rig.Settle(700_000_000_000);

            Expect.AtLeast(flow.Connection.Wire.Repeated, 1, "the number of bytes sent again");
            bool conflict = flow.Connection.Wire.Conflict is not null;
            if (!zeroCopy) Expect.That(!conflict, "with copies the same bytes leave again");
            if (rig.Driver.Statistic("tx_tls_nonce_reuse") is { } told) Expect.Equal(told > 0, conflict, "whether the driver reports a reuse of the nonce");
            Expect.Bytes(TestFlow.OpenStream(first, flow.TxCodec, 0)[0].Content, content, "the content that was first on the wire");
        }
    }

    [Case("C167", CaseProfile.Security, "No piece of application data is ever on the wire: not in order, not sent again, not after faults, not when the interface or the connection ends.", Source = "Linux tls-offload.rst, TX", Stimulus = "Loss, timeouts, refused DMA, interface down with data outstanding, abort.", Observes = "every frame", Tolerates = ["NE1004", "NE2306"])]
    public static void PlaintextNeverLeaves(DriverCase c)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
        {
            foreach (string trouble in new[] { "loss", "timeout", "DMA faults", "interface down", "abort", "card reset" })
            {
                DriverRig rig = c.Boot();
                if (trouble == "interface down") rig.Needs(DriverAbilities.InterfaceState);
                rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = trouble is "loss" or "DMA faults" };
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
                int seen = 0;
                if (trouble == "loss") flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen % 3 == 0;
                byte[] data = flow.SendDrawn(24_000);
                if (trouble == "DMA faults") rig.Controls.FailDma(3, 1);
                rig.Settle(10_000_000);
                if (trouble == "interface down") rig.Driver.SetInterface(false);
                else if (trouble == "abort") flow.Flow.Abort();
                else if (trouble == "card reset") rig.Controls.ResetFunction();
                rig.Settle(30_000_000_000);
                if (trouble == "interface down") rig.Driver.SetInterface(true);
                rig.Settle(900_000_000_000);

                var scan = new PlaintextScan();
                scan.Add(data);
                scan.ExpectAbsent(rig.Peer.Frames, $"with {version} and {trouble}");
                Expect.AtLeast(rig.Peer.Frames.Count, 5, $"the number of frames with {trouble}");
            }
        }
    }

    [Case("C172", CaseProfile.Security, "The driver never tells its card to put a record number at two places of the stream.", Source = Document, Stimulus = "A lossy connection with retransmissions that begin anywhere; the interface down and up.", Observes = "records that the card protects, commands")]
    public static void RecordNumberHasOnePlace(DriverCase c)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
        {
            DriverRig rig = c.Boot(new DriverSetup { MaxRecordPayload = 3000 });
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version });
            int seen = 0;
            flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen % 4 == 0;
            for (int i = 0; i < 4; i++) flow.SendDrawn(11_111);
            flow.UntilQuiet();
            flow.ExpectWire();

            var places = new Dictionary<(ulong Handle, ulong Number), uint>();
            foreach ((TraceEvent e, _) in rig.Events.Of(TraceEventKind.RecordProtected))
            {
                uint place = places.TryAdd((e.Handle, e.RecordNumber), e.TcpSequence) ? e.TcpSequence : places[(e.Handle, e.RecordNumber)];
                Expect.Equal(e.TcpSequence, place, $"the place of record {e.RecordNumber}");
            }

            foreach (OpenedRecord record in flow.OpenWire())
            {
                uint start = flow.TlsStart + (uint)record.Offset;
                if (places.TryGetValue((rig.Events.Of(TraceEventKind.RecordProtected).First().Event.Handle, record.Number), out uint told)) Expect.Equal(told, start, $"the place of record {record.Number} of the wire");
            }

            Expect.AtLeast(places.Count, 10, "the number of records that the card protected");
        }
    }

    [Case("C174", CaseProfile.Security, "A record whose type, length, version, number or nonce is not what was sealed never reaches the application, from the card or from software.", Source = "RFC 5246 §6.2.3.3, RFC 8446 §5.2", Stimulus = "A good record, then one with a changed header, number or nonce; decryption in the card and in software.", Observes = "application data, results", Tolerates = ["NE3308"])]
    public static void AdditionalDataIsChecked(DriverCase c)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
        {
            foreach (bool offload in new[] { true, false })
            {
                foreach (string change in new[] { "type", "version", "length", "number", "nonce", "order" })
                {
                    if (change == "nonce" && version == TlsVersion.Tls13) continue;
                    TestFlow flow = TestFlow.Open(c.Boot(new DriverSetup { OffloadRx = offload }), c.Seed, new FlowPlan { Version = version });
                    byte[] good = CaseKeys.Bytes(c.Seed, "good", 500);
                    flow.Deliver(flow.SealNext(good));
                    flow.ExpectDelivered(good);
                    flow.Deliver(Tampered(flow, change, CaseKeys.Bytes(c.Seed, "bad", 500)));
                    byte[] behind = flow.RxCodec.Seal(23, CaseKeys.Bytes(c.Seed, "behind", 300), 2);
                    flow.Deliver(behind);
                    flow.Rig.Settle();

                    string what = $"a record with another {change}, {version}, decrypted in {(offload ? "the card" : "software")}";
                    Expect.Equal(flow.TakeReceived().Sum(r => r.Content.Length), 0, $"the number of bytes delivered of {what}, and behind it");
                    Expect.That(flow.Flow.RxError is DriverError.BadMessage or DriverError.InvalidArgument or DriverError.MessageTooLong, $"receiving stands still after {what} (the error is {flow.Flow.RxError})");
                }
            }
        }
    }

    [Case("C182", CaseProfile.Security, "No event of the card, no register access, no DMA and no frame shows bytes of a key.", Source = "register manual, mailbox", Stimulus = "Both directions with data, a loss, and the connection's end.", Observes = "trace")]
    public static void TraceShowsNoKey(DriverCase c)
    {
        foreach (TlsCipher cipher in new[] { TlsCipher.Aes128Gcm, TlsCipher.Aes256Gcm })
        {
            DriverRig rig = c.Boot();
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Cipher = cipher });
            int seen = 0;
            flow.Connection.Loses = s => s.Payload.Length > 0 && ++seen == 2;
            InstallCases.Talk(flow, "a connection");
            InstallCases.CloseFromHere(flow);
            rig.Settle();

            var secrets = new PlaintextScan();
            var words = new HashSet<uint>();
            foreach (FlowKeys keys in new[] { flow.TxKeys, flow.RxKeys })
            {
                secrets.Add(keys.Key.Span);
                secrets.Add(keys.Iv.Span);
                for (int i = 0; i < keys.Key.Length; i += 4) words.Add(BinaryPrimitives.ReadUInt32LittleEndian(keys.Key.Span[i..]));
            }

            int staged = 0;
            for (int i = 0; i < rig.Events.Count; i++)
            {
                (TraceEvent e, byte[] data) = rig.Events[i];
                if (e.Kind == TraceEventKind.MmioWrite && e.Index == 0 && e.Address is >= 0x140 and < 0x16C) staged++;
                Expect.That(!words.Contains((uint)e.Value) && !words.Contains((uint)(e.Value >> 32)), $"the value of event {i} ({e.Kind} at 0x{e.Address:X}) is no word of a key");
                Expect.That(!secrets.IsIn(data), $"the data of event {i} ({e.Kind} at 0x{e.Address:X}) hold no part of a key");
                Expect.That(e.Text is null || !secrets.IsIn(System.Text.Encoding.ASCII.GetBytes(e.Text)), $"the text of event {i} holds no part of a key");
            }

            Expect.AtLeast(staged, 2 * (flow.TxKeys.Key.Length / 4), "the number of words staged");
        }
    }

    private static byte[] Tampered(TestFlow flow, string change, byte[] content)
    {
        byte[] record = flow.RxCodec.Seal(23, content, change == "number" ? 5UL : change == "order" ? 0UL : 1UL);
        switch (change)
        {
            case "type":
                record[0] = 22;
                break;
            case "version":
                record[2] = 2;
                break;
            case "length":
                BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(record.Length - 5 + 1));
                record = [.. record, 0x77];
                break;
            case "nonce":
                record[5 + 7] ^= 1;
                break;
        }

        return record;
    }
}
