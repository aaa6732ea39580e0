using NicEmu.Board.Bus;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>The card fetches other descriptors than the driver wrote.</summary>
internal sealed class DescriptorFault(ArmedFault fault, FaultyHostPort port, RingMap rings, IHostPort next) : PortFault(next)
{
    private readonly DmaClass _class = fault.Specification.Word("ring") == "rx" ? DmaClass.RxDescriptor : DmaClass.TxDescriptor;
    private readonly string _verb = fault.Specification.Definition.Verb;

    public override BusStatus Read(ulong address, Span<byte> data)
    {
        BusStatus status = Next.Read(address, data);
        RingRange ring = rings.Find(address);
        if (status != BusStatus.Ok || ring.Class != _class)
        {
            return status;
        }

        for (int at = 0; at + ring.EntryBytes <= data.Length; at += ring.EntryBytes)
        {
            if (fault.IsDue(port.Current) && TryChange(data, at, ring, address))
            {
                fault.Hit();
            }
        }

        return status;
    }

    private bool TryChange(Span<byte> data, int at, in RingRange ring, ulong address)
    {
        Span<byte> entry = data.Slice(at, ring.EntryBytes);
        switch (_verb)
        {
            case "drop":
                entry.Clear();
                return true;
            case "corrupt":
                FlipBit(fault.Random, entry);
                return true;
            case "duplicate":
                return Copy(entry, address + (ulong)at, ring);
            default:
                // Two neighbours of one fetch change places.
                if (at + (2 * ring.EntryBytes) > data.Length)
                {
                    return false;
                }

                Span<byte> other = data.Slice(at + ring.EntryBytes, ring.EntryBytes);
                Span<byte> kept = stackalloc byte[ring.EntryBytes];
                entry.CopyTo(kept);
                other.CopyTo(entry);
                kept.CopyTo(other);
                return true;
        }
    }

    private bool Copy(Span<byte> entry, ulong address, in RingRange ring)
    {
        int before = (ring.EntryOf(address) + ring.Entries - 1) % ring.Entries;
        return Next.Read(ring.Base + ((ulong)before * (ulong)ring.EntryBytes), entry) == BusStatus.Ok;
    }
}
