using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>A condition on one event.</summary>
internal delegate bool EventPredicate(in TraceEvent e);
