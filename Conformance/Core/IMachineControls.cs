using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Core;

/// <summary>What can happen to a machine from outside its driver. A transport that cannot do a thing says so, and the case is skipped.</summary>
public interface IMachineControls
{
    /// <summary>The bus that the driver uses, for looking at registers.</summary>
    IDeviceBus Bus { get; }

    /// <summary>The carrier of the link; false loses what is on the wire.</summary>
    /// <param name="up">Whether it is there.</param>
    void SetCarrier(bool up);

    /// <summary>Resets the function below the driver (FLR).</summary>
    void ResetFunction();

    /// <summary>Stops or resumes the program in the card.</summary>
    /// <param name="running">Whether it runs.</param>
    void SetFirmware(bool running);

    /// <summary>Pulls the card out: every access reads all ones.</summary>
    void RemoveCard();

    /// <summary>Refuses the next bus-master accesses of the card.</summary>
    /// <param name="after">Accesses that succeed before.</param>
    /// <param name="count">Accesses that are refused.</param>
    void FailDma(int after, int count);

    /// <summary>Lets the next mailbox commands end with a status instead of being executed, after some that succeed.</summary>
    /// <param name="opcode">Which command.</param>
    /// <param name="status">Mailbox status code, not zero.</param>
    /// <param name="count">How many.</param>
    void FailCommand(ushort opcode, byte status, int count);

    /// <summary>Looks for bytes in the memory of the machine that its card may reach.</summary>
    /// <param name="pattern">The bytes.</param>
    /// <returns>Bus address of the first place; null when there is none.</returns>
    ulong? FindInMemory(ReadOnlySpan<byte> pattern);

    /// <summary>Drops interrupts.</summary>
    /// <param name="count">How many.</param>
    void DropInterrupts(int count);
}
