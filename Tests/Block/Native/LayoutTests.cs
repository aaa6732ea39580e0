using System.Runtime.InteropServices;
using System.Text;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Native.Toe;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>
/// Every structure in host memory against literal bytes: byte n holds 0x10 + n, so each field has its own value. Read, then written back whole.
/// </summary>
internal sealed class LayoutTests
{
    private static IEnumerable<TestCaseData> Layouts()
    {
        yield return Case<DataDescriptor>(
            64,
            "Opcode=10 Flags=11 SegmentCount=12 Offloads=13 Cookie=17161514 Handle=1F1E1D1C1B1A1918 Mss=2120 "
            + "HeaderLength=2322 VlanTci=2524 Reserved22=2726 Reserved24=2F2E2D2C2B2A2928 Address0=3736353433323130 "
            + "Length0=3B3A3938 Reserved44=3F3E3D3C Address1=4746454443424140 Length1=4B4A4948 Reserved60=4F4E4D4C");
        yield return Case<PositionDescriptor>(
            64,
            "Opcode=10 Flags=11 RecordType=12 Reserved3=13 Cookie=17161514 Handle=1F1E1D1C1B1A1918 "
            + "RecordStartSequence=23222120 LengthField=2524 HeaderVersion=2726 RecordNumber=2F2E2D2C2B2A2928 "
            + "ExplicitNonce=3736353433323130 Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 "
            + "Reserved56=4F4E4D4C4B4A4948");
        yield return Case<ReplayDescriptor>(
            64,
            "Opcode=10 Flags=11 SegmentCount=12 Reserved3=13 Cookie=17161514 Handle=1F1E1D1C1B1A1918 "
            + "Reserved16=2726252423222120 Reserved24=2F2E2D2C2B2A2928 Address0=3736353433323130 Length0=3B3A3938 "
            + "Reserved44=3F3E3D3C Address1=4746454443424140 Length1=4B4A4948 Reserved60=4F4E4D4C");
        yield return Case<SetContextDescriptor>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Handle=1F1E1D1C1B1A1918 "
            + "RecordNumber=2726252423222120 Version=2928 Reserved26=2B2A Reserved28=2F2E2D2C "
            + "Reserved32=3736353433323130 Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 "
            + "Reserved56=4F4E4D4C4B4A4948");
        yield return Case<SetProgressDescriptor>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Handle=1F1E1D1C1B1A1918 "
            + "RecordStartSequence=23222120 Reserved20=27262524 Reserved24=2F2E2D2C2B2A2928 "
            + "Reserved32=3736353433323130 Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 "
            + "Reserved56=4F4E4D4C4B4A4948");
        yield return Case<RangeDescriptor>(
            64,
            "Opcode=10 Flags=11 RecordType=12 Reserved3=13 Cookie=17161514 Handle=1F1E1D1C1B1A1918 "
            + "Offset=23222120 LengthField=2524 HeaderVersion=2726 RecordNumber=2F2E2D2C2B2A2928 "
            + "ExplicitNonce=3736353433323130 Length=3B3A3938 Skip=3F3E3D3C Reserved48=4746454443424140 "
            + "Reserved56=4F4E4D4C4B4A4948");
        yield return Case<QueryDescriptor>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Handle=1F1E1D1C1B1A1918 "
            + "Reserved16=2726252423222120 Reserved24=2F2E2D2C2B2A2928 Address=3736353433323130 "
            + "Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 Reserved56=4F4E4D4C4B4A4948");
        yield return Case<ResyncAnswerDescriptor>(
            64,
            "Opcode=10 Flags=11 Kind=12 Reserved3=13 Cookie=17161514 Handle=1F1E1D1C1B1A1918 Sequence=23222120 "
            + "Reserved20=27262524 RecordNumber=2F2E2D2C2B2A2928 Reserved32=3736353433323130 "
            + "Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 Reserved56=4F4E4D4C4B4A4948");
        yield return Case<FenceDescriptor>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Reserved8=1F1E1D1C1B1A1918 "
            + "Reserved16=2726252423222120 Reserved24=2F2E2D2C2B2A2928 Reserved32=3736353433323130 "
            + "Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 Reserved56=4F4E4D4C4B4A4948");
        yield return Case<RxDescriptor>(
            16,
            "Address=1716151413121110 Length=1B1A1918 Cookie=1F1E1D1C");
        yield return Case<TxCompletion>(
            16,
            "Cookie=13121110 Head=17161514 Status=18 Opcode=19 Frames=1B1A QueueAndPhase=1F1E1D1C");
        yield return Case<RxCompletion>(
            64,
            "Cookie=13121110 Length=17161514 Hash=1B1A1918 Flags=1D1C VlanTci=1F1E Verdict=20 Reason=21 "
            + "RecordsCompleted=22 Status=23 CandidateSequence=27262524 Handle=2F2E2D2C2B2A2928 "
            + "RecordNumber=3736353433323130 Head=3B3A3938 Reserved44=3F3E3D3C TimestampNs=4746454443424140 "
            + "Reserved56=4B4A4948 QueueAndPhase=4F4E4D4C");
        yield return Case<EventEntry>(
            32,
            "Code=1110 Queue=1312 Data=17161514 Handle=1F1E1D1C1B1A1918 TimestampNs=2726252423222120 "
            + "Reserved24=2B2A2928 Phase=2F2E2D2C");
        yield return Case<ContextSnapshot>(
            64,
            "Handle=1716151413121110 Direction=18 State=19 Cipher=1A Mode=1B Version=1D1C Queue=1F1E "
            + "ExpectedSequence=23222120 RecordStartSequence=27262524 RecordNumber=2F2E2D2C2B2A2928 "
            + "RecordOffset=33323130 RecordLength=37363534 CandidateSequence=3B3A3938 "
            + "RecordsSinceCandidate=3F3E3D3C Packets=4746454443424140 Bytes=4F4E4D4C4B4A4948");
        yield return Case<KeyCreateRequest>(
            16,
            "Handle=1716151413121110 Cipher=18 Reserved9=19 Owner=1B1A Reserved12=1F1E1D1C");
        yield return Case<HandleRequest>(
            8,
            "Handle=1716151413121110");
        yield return Case<HandleReply>(
            8,
            "Handle=1716151413121110");
        yield return Case<QueryFirmwareReply>(
            16,
            "Major=1110 Minor=1312 Commands=17161514 Reserved8=1F1E1D1C1B1A1918");
        yield return Case<SetLinkRequest>(
            4,
            "Up=13121110");
        yield return Case<TxCreateRequest>(
            32,
            "KeyHandle=1716151413121110 Version=1918 Mode=1A Reserved11=1B Queue=1D1C Reserved14=1F1E "
            + "StartSequence=23222120 Reserved20=27262524 RecordNumber=2F2E2D2C2B2A2928");
        yield return Case<TxMoveRequest>(
            16,
            "Handle=1716151413121110 Queue=1918 Reserved10=1B1A Reserved12=1F1E1D1C");
        yield return Case<TxUpdateRequest>(
            24,
            "Handle=1716151413121110 RecordNumber=1F1E1D1C1B1A1918 Sequence=23222120 Reserved20=27262524");
        yield return Case<RxCreateRequest>(
            80,
            "KeyHandle=1716151413121110 Version=1918 IpVersion=1A Reserved11=1B Queue=1D1C RemotePort=1F1E "
            + "LocalPort=2120 Reserved18=2322 StartSequence=27262524 RecordNumber=2F2E2D2C2B2A2928 "
            + "RemoteAddressFirst=3736353433323130 RemoteAddressLast=3F3E3D3C3B3A3938 "
            + "LocalAddressFirst=4746454443424140 LocalAddressLast=4F4E4D4C4B4A4948 BudgetBytes=53525150 "
            + "BudgetUs=57565554 AuthenticationThreshold=5B5A5958 Reserved76=5F5E5D5C");
        yield return Case<RxQuiesceRequest>(
            16,
            "Handle=1716151413121110 Quiesce=1B1A1918 Reserved12=1F1E1D1C");
        yield return Case<ToeCommand>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Handle=1F1E1D1C1B1A1918 Body16=2726252423222120 Body24=2F2E2D2C2B2A2928 Body32=3736353433323130 "
            + "Body40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 Reserved56=4F4E4D4C4B4A4948");
        yield return Case<ToeOpenCommand>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Handle=1F1E1D1C1B1A1918 AddressFirst=2726252423222120 AddressLast=2F2E2D2C2B2A2928 RemotePort=3130 LocalPort=3332 "
            + "IpVersion=34 Reserved37=35 SegmentBytes=3736 Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 Reserved56=4F4E4D4C4B4A4948");
        yield return Case<ToeTransferCommand>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Handle=1F1E1D1C1B1A1918 ListAddress=2726252423222120 PieceCount=2B2A2928 ContentType=2C Reserved29=2D Reserved30=2F2E "
            + "Reserved32=3736353433323130 Reserved40=3F3E3D3C3B3A3938 Reserved48=4746454443424140 Reserved56=4F4E4D4C4B4A4948");
        yield return Case<ToeSwitchCommand>(
            64,
            "Opcode=10 Flags=11 Reserved2=1312 Cookie=17161514 Handle=1F1E1D1C1B1A1918 ContextHandle=2726252423222120 RecordNumber=2F2E2D2C2B2A2928 StreamOffset=3736353433323130 "
            + "Direction=38 Reserved41=39 FragmentBytes=3B3A Reserved44=3F3E3D3C Reserved48=4746454443424140 Reserved56=4F4E4D4C4B4A4948");
        yield return Case<ToePiece>(16, "Address=1716151413121110 Length=1B1A1918 Reserved12=1F1E1D1C");
        yield return Case<ToeCompletion>(
            64,
            "Status=10 Opcode=11 ContentType=12 IpVersion=13 Cookie=17161514 Handle=1F1E1D1C1B1A1918 Length=23222120 Detail=27262524 Number=2F2E2D2C2B2A2928 "
            + "AddressFirst=3736353433323130 AddressLast=3F3E3D3C3B3A3938 RemotePort=4140 LocalPort=4342 Reserved52=47464544 Reserved56=4B4A4948 Phase=4F4E4D4C");
    }

    [TestCaseSource(nameof(Layouts))]
    public void Structure_EveryByteDifferent_HasEachFieldAtItsPlace(Func<byte[], (string Fields, byte[] Bytes)> read, int length, string fields)
    {
        byte[] bytes = [.. Enumerable.Range(0x10, length).Select(static i => (byte)i)];

        (string found, byte[] written) = read(bytes);

        Assert.That(found, Is.EqualTo(fields));
        Assert.That(written, Is.EqualTo(bytes));
    }

    private static TestCaseData Case<T>(int length, string fields)
        where T : unmanaged =>
        new TestCaseData((Func<byte[], (string, byte[])>)Read<T>, length, fields).SetName($"Layout_{typeof(T).Name}_IsTheManuals");

    private static (string Fields, byte[] Bytes) Read<T>(byte[] bytes)
        where T : unmanaged
    {
        T value = MemoryMarshal.Read<T>(bytes);
        var text = new StringBuilder();
        foreach (var property in typeof(T).GetProperties())
        {
            object field = property.GetValue(value)!;
            object number = field is Enum ? Convert.ChangeType(field, Enum.GetUnderlyingType(field.GetType())) : field;
            int digits = 2 * Marshal.SizeOf(number);
            text.Append(text.Length == 0 ? "" : " ").Append(property.Name).Append('=').Append(Convert.ToUInt64(number).ToString("X" + digits));
        }

        byte[] written = new byte[Marshal.SizeOf<T>()];
        MemoryMarshal.Write(written, value);
        return (text.ToString(), written);
    }
}
