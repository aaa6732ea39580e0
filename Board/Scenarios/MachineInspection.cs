using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Inspect;

namespace NicEmu.Board.Scenarios;

/// <summary>Builds the state tree of two machines: cards, short ways to their contexts, drivers and flows. Secrets appear as fingerprints only.</summary>
internal static class MachineInspection
{
    public static InspectNode Of(IReadOnlyList<NicBoard> boards, IReadOnlyList<HostKernel> hosts, IReadOnlyList<(string Name, FlowEnd Machine, FlowEnd Peer)> flows)
    {
        var root = new InspectNode("machines");
        for (int i = 0; i < boards.Count; i++)
        {
            InspectNode card = root.Add(boards[i].Name);
            InspectNode device = boards[i].Device.Inspect("device");
            InspectNode tls = card.Add("tls");
            Contexts(tls.Add("tx"), device.Find("CORE/transmit-contexts"));
            Contexts(tls.Add("rx"), device.Find("CORE/receive-contexts"));
            Contexts(tls.Add("keys"), device.Find("CORE/keys"));
            Copy(card, device);
            Host(root.Add($"host{i}"), hosts[i], [.. flows.Select(f => (f.Name, i == 0 ? f.Machine : f.Peer))]);
        }

        return root;
    }

    /// <summary>Contexts under running numbers, so that a path can name them without their handles.</summary>
    private static void Contexts(InspectNode parent, InspectNode? contexts)
    {
        int number = 0;
        foreach (InspectNode context in contexts?.Children.Where(static c => c.Children.Count > 0) ?? [])
        {
            InspectNode node = parent.Add((number++).ToString(System.Globalization.CultureInfo.InvariantCulture), context.Name);
            foreach (InspectNode child in context.Children)
            {
                Copy(node, child);
            }
        }
    }

    private static void Copy(InspectNode parent, InspectNode original)
    {
        InspectNode node = parent.Add(original.Name, original.Value);
        foreach (InspectNode child in original.Children)
        {
            Copy(node, child);
        }
    }

    private static void Host(InspectNode node, HostKernel host, IReadOnlyList<(string Name, FlowEnd End)> flows)
    {
        InspectNode driver = node.Add("driver");
        driver.Add("state", host.Nic.State.ToString());
        driver.Add("error", host.Nic.Error.ToString());
        driver.Add("link-up", host.Nic.LinkUp);
        driver.Add("commands-timed-out", host.Nic.CommandsTimedOut);
        driver.Add("late-answers", host.Nic.LateAnswers);
        InspectNode counters = node.Add("counters");
        foreach ((string name, Func<KtlsCounters, long> read) in KtlsCounterNames.All)
        {
            counters.Add(name, read(host.Counters));
        }

        InspectNode list = node.Add("flows");
        foreach ((string name, FlowEnd end) in flows)
        {
            InspectNode flow = list.Add(name);
            flow.Add("sent", end.Sent);
            flow.Add("received", end.Received);
            if (end.Socket is { } socket)
            {
                TcpConnection connection = socket.Connection;
                flow.Add("tcp-state", connection.State.ToString());
                flow.AddHex("send-sequence", connection.SendSequence);
                flow.AddHex("read-sequence", connection.ReadSequence);
                flow.Add("tx", socket.TxState.ToString());
                flow.Add("tx-fallback", socket.TxFallbackReason.ToString());
                flow.AddHex("tx-handle", socket.TxHandle, 16);
                flow.Add("rx", socket.RxState.ToString());
                flow.Add("rx-fallback", socket.RxFallbackReason.ToString());
                flow.AddHex("rx-handle", socket.RxHandle, 16);
            }
        }
    }
}
