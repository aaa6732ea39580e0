using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;

namespace NicEmu.Firmware.Toe;

/// <summary>Jobs for one engine of the card, in order: queued here while its ring is full, handed back as the engine left them.</summary>
/// <typeparam name="T">Entry of the ring.</typeparam>
/// <param name="bus">The internal bus.</param>
/// <param name="window">The ring.</param>
/// <param name="producer">Index that the program writes.</param>
/// <param name="done">Index that the engine writes.</param>
internal sealed class EngineJobs<T>(IInternalBus bus, InternalWindow window, Register producer, Register done)
    where T : unmanaged
{
    private readonly Queue<(T Job, Action<T> Done)> _waiting = new();
    private readonly Queue<Action<T>> _running = new();
    private uint _producer;
    private uint _reaped;

    /// <summary>Gives a job.</summary>
    /// <param name="job">The entry with a completion word of zero.</param>
    /// <param name="ended">Receives the entry as the engine left it.</param>
    public void Submit(in T job, Action<T> ended)
    {
        _waiting.Enqueue((job, ended));
        Feed();
    }

    /// <summary>Hands back what the engine has done.</summary>
    public void Reap()
    {
        uint index = bus.Read(ToeInternalBlock.Offset + done.Offset);
        while (_reaped != index)
        {
            T entry = MemoryMarshal.Read<T>(Slot(_reaped++));
            _running.Dequeue()(entry);
        }

        Feed();
    }

    private void Feed()
    {
        bool fed = false;
        while (_producer - _reaped < ToeDevice.EngineEntries && _waiting.TryDequeue(out (T Job, Action<T> Done) next))
        {
            MemoryMarshal.Write(Slot(_producer++), next.Job);
            _running.Enqueue(next.Done);
            fed = true;
        }

        if (fed)
        {
            bus.Write(ToeInternalBlock.Offset + producer.Offset, _producer);
        }
    }

    private Span<byte> Slot(uint index) => bus.Window((int)window).Slice((int)(index % ToeDevice.EngineEntries) * Unsafe.SizeOf<T>(), Unsafe.SizeOf<T>());
}
