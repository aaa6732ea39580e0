using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Core;

/// <summary>Commands on keys and contexts that touch more than the TLS engine: rules, counters, parameter checks.</summary>
internal sealed class ContextControl(CoreGeometry geometry, FlowTable flows, TlsEngine tls, CounterFile counters)
{
    private const int IvLength = 12;

    public CoreStatus RotateKey(ulong handle, TlsCipher cipher, ReadOnlySpan<byte> key, out ulong newHandle)
    {
        newHandle = 0;
        if (tls.Keys.Resolve(handle, out KeyObject? target) == HandleState.Live && target!.Cipher != cipher)
        {
            return CoreStatus.BadParameter;
        }

        var status = (CoreStatus)tls.RotateKey(handle, key, out ObjectHandle renewed);
        newHandle = renewed.Value;
        return status;
    }

    public CoreStatus InstallTx(in TxContextParameters parameters, out ulong handle)
    {
        handle = 0;
        if (!IsQueue(parameters.Queue) || parameters.Iv.Length != IvLength)
        {
            return CoreStatus.BadParameter;
        }

        var installation = new TxInstallation
        {
            Key = parameters.KeyHandle,
            Version = parameters.Version,
            Iv = RecordIv.Read(parameters.Iv),
            RecordNumber = parameters.RecordNumber,
            StartSequence = parameters.StartSequence,
            Queue = (ushort)parameters.Queue,
            Mode = parameters.Mode,
        };
        var status = (CoreStatus)tls.InstallTx(installation, out ObjectHandle created);
        handle = created.Value;
        counters.Values.TxTlsContexts += status == CoreStatus.Ok ? 1UL : 0;
        return status;
    }

    public CoreStatus InstallRx(in RxContextParameters parameters, out ulong handle)
    {
        handle = 0;
        if (!IsQueue(parameters.Queue) || parameters.Iv.Length != IvLength)
        {
            return CoreStatus.BadParameter;
        }

        if (flows.Check(parameters.Tuple) == CoreStatus.Duplicate)
        {
            return CoreStatus.Duplicate;
        }

        var installation = new RxInstallation
        {
            Key = parameters.KeyHandle,
            Version = parameters.Version,
            Iv = RecordIv.Read(parameters.Iv),
            RecordNumber = parameters.RecordNumber,
            StartSequence = parameters.StartSequence,
            Queue = (ushort)parameters.Queue,
            BudgetBytes = parameters.BudgetBytes,
            BudgetUs = parameters.BudgetUs,
            AuthenticationThreshold = parameters.AuthenticationThreshold,
        };
        var status = (CoreStatus)tls.InstallRx(installation, out ObjectHandle created);
        if (status != CoreStatus.Ok)
        {
            return status;
        }

        handle = created.Value;
        counters.Values.RxTlsContexts++;
        return flows.Add(parameters.Tuple, new RxRule(handle, parameters.Queue, false));
    }

    public CoreStatus ActivateRx(ulong handle)
    {
        var status = (CoreStatus)tls.ActivateRx(handle);
        if (status == CoreStatus.Ok)
        {
            flows.Activate(handle);
        }

        return status;
    }

    public CoreStatus MoveTx(ulong handle, int queue) => IsQueue(queue) ? (CoreStatus)tls.MoveTx(handle, (ushort)queue) : CoreStatus.BadParameter;

    public CoreStatus RemoveTx(ulong handle)
    {
        var status = (CoreStatus)tls.RemoveTx(handle);
        counters.Values.TxTlsDeleted += status == CoreStatus.Ok ? 1UL : 0;
        return status;
    }

    public CoreStatus RemoveRx(ulong handle)
    {
        var status = (CoreStatus)tls.RemoveRx(handle);
        if (status is CoreStatus.Ok or CoreStatus.Busy)
        {
            flows.Remove(handle);
        }

        counters.Values.RxTlsDeleted += status == CoreStatus.Ok ? 1UL : 0;
        return status;
    }

    /// <summary>A context whose removal waited is gone.</summary>
    public void Drained(ulong handle)
    {
        if (new ObjectHandle(handle).Kind == ObjectKind.Receive)
        {
            counters.Values.RxTlsDeleted++;
        }
        else
        {
            counters.Values.TxTlsDeleted++;
        }
    }

    public TxStatus AnswerResync(ResyncAnswerKind kind, ulong handle, uint sequence, ulong recordNumber)
    {
        TxStatus status = tls.AnswerResync(kind, handle, sequence, recordNumber);
        counters.Values.RxTlsResyncOk += status == TxStatus.Ok && kind != ResyncAnswerKind.Refuse ? 1UL : 0;
        counters.Values.RxTlsResyncSkipped += status == TxStatus.AnswerStale ? 1UL : 0;
        return status;
    }

    private bool IsQueue(int queue) => (uint)queue < (uint)geometry.Queues;
}
