using NicEmu.Conformance.Core;
using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Oracle;

/// <summary>What a driver made in its card and took away again, by the mailbox commands that ended. Opcodes are those of the register manual.</summary>
public sealed class ObjectLedger
{
    private readonly HashSet<ulong> _keys = [];
    private readonly HashSet<ulong> _contexts = [];
    private readonly List<string> _wrong = [];

    /// <summary>Reads all events so far.</summary>
    /// <param name="events">Events of a machine with one card.</param>
    public ObjectLedger(RunEvents events)
    {
        ArgumentNullException.ThrowIfNull(events);
        for (int i = 0; i < events.Count; i++)
        {
            TraceEvent e = events[i].Event;
            if (e.Kind == TraceEventKind.Reset) Forget();
            else if (e.Kind == TraceEventKind.MailboxCommand) Take(e);
        }
    }

    /// <summary>Contexts made, live or not.</summary>
    public int ContextsMade { get; private set; }

    /// <summary>Keys made, live or not.</summary>
    public int KeysMade { get; private set; }

    /// <summary>Contexts that are in the card.</summary>
    public int Contexts => _contexts.Count;

    /// <summary>Keys that are in the card.</summary>
    public int Keys => _keys.Count;

    /// <summary>Demands that nothing is left in the card, and that every object was taken away once, a key after its contexts.</summary>
    /// <param name="when">After what.</param>
    /// <exception cref="CaseFailedException">Something is left, or was taken away wrongly.</exception>
    public void ExpectEmpty(string when)
    {
        ExpectClean(when);
        Expect.Equal(Contexts, 0, $"the number of contexts left in the card {when}");
        Expect.Equal(Keys, 0, $"the number of keys left in the card {when}");
    }

    /// <summary>Demands that every object was taken away at most once, a key after its contexts.</summary>
    /// <param name="when">After what.</param>
    /// <exception cref="CaseFailedException">A removal was refused.</exception>
    public void ExpectClean(string when) => Expect.That(_wrong.Count == 0, $"every removal is accepted {when} ({string.Join("; ", _wrong)})");

    private void Forget()
    {
        _keys.Clear();
        _contexts.Clear();
    }

    private void Take(in TraceEvent e)
    {
        if (e.Value != 0)
        {
            if (e.Code is 20 or 33 or 51) _wrong.Add($"command {e.Code} for 0x{e.Handle:X} ended with status 0x{e.Value:X2}");
            return;
        }

        switch (e.Code)
        {
            case 16:
                _keys.Add(e.Handle);
                KeysMade++;
                break;
            case 32 or 48:
                _contexts.Add(e.Handle);
                ContextsMade++;
                break;
            case 20:
                _keys.Remove(e.Handle);
                break;
            case 33 or 51:
                _contexts.Remove(e.Handle);
                break;
        }
    }
}
