using System.Buffers.Binary;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Native.Mailbox;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Which flow a receive rule is for.</summary>
internal static class RxTuple
{
    public static FlowKey Of(in RxCreateRequest request) => new(
        Address(request.IpVersion, request.RemoteAddressFirst, request.RemoteAddressLast),
        Address(request.IpVersion, request.LocalAddressFirst, request.LocalAddressLast),
        ((uint)request.RemotePort << 16) | request.LocalPort);

    private static UInt128 Address(byte version, ulong first, ulong last) => version == 4
        ? BinaryPrimitives.ReverseEndianness((uint)first)
        : new UInt128(BinaryPrimitives.ReverseEndianness(first), BinaryPrimitives.ReverseEndianness(last));
}
