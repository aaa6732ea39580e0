using System.Globalization;
using NicEmu.Board.Faults;
using NicEmu.Board.Time;

namespace NicEmu.Board.Scenarios;

/// <summary>What the network does to frames of one direction: a fault of the wire, in a scenario's own words.</summary>
public sealed record NetworkRule
{
    /// <summary>What is done: <c>drop</c>, <c>delay</c>, <c>duplicate</c>, <c>reorder</c> or <c>corrupt</c>.</summary>
    public string Do { get; init; } = "drop";

    /// <summary>Frames that the machine under test sends, else those that it receives.</summary>
    public bool Sent { get; init; } = true;

    /// <summary>To which.</summary>
    public FaultTrigger When { get; init; } = new(FaultMoment.Segment, 0);

    /// <summary>How many; null for one, or with a rate for all.</summary>
    public int? Count { get; init; }

    /// <summary>Name of the flow that is meant; null for the first with record and byte, else for all frames.</summary>
    public string? Flow { get; init; }

    /// <summary>For <c>delay</c>: how long, in picoseconds.</summary>
    public long? ByPs { get; init; }

    /// <summary>With records: those whose length field is smaller do not count.</summary>
    public int Least { get; init; }

    /// <summary>Whether the run may end without a frame that fits. With a rate it always may.</summary>
    public bool Optional { get; init; }

    internal bool MayMiss => Optional || When.Moment == FaultMoment.Rate;

    /// <summary>The fault that does it.</summary>
    /// <param name="port">TCP port of the flow; 0 for none.</param>
    /// <exception cref="ScenarioFormatException">The rule contradicts itself.</exception>
    internal FaultSpecification ToFault(ushort port)
    {
        bool isRecord = When.Moment == FaultMoment.Record;
        List<string> parameters = [$"direction={(Sent ? "sent" : "received")}"];
        Add("count", Count);
        Add("port", port == 0 ? null : port);
        Add("least", Least == 0 ? null : Least);
        if (ByPs is { } by)
        {
            parameters.Add("by=" + DurationText.Of(by));
        }

        string text = $"{(isRecord ? "record" : "frame")}-{Do}:{string.Join(',', parameters)}@{When}";
        return FaultSpecification.TryParse(text, out FaultSpecification? fault, out string mistake) ? fault! : throw new ScenarioFormatException($"a network rule contradicts itself: {mistake}");

        void Add(string name, int? value)
        {
            if (value is { } number)
            {
                parameters.Add(name + "=" + number.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
