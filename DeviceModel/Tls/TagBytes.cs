using System.Runtime.CompilerServices;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The sixteen bytes of a tag, as part of a value.</summary>
[InlineArray(TlsRecordLayout.TagLength)]
internal struct TagBytes
{
    private byte _first;
}
