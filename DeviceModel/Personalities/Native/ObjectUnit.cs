using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NicEmu.DeviceModel.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>
/// Executes object commands of the embedded core on the engine room. The image is a mailbox request that firmware has checked; key and IV come
/// straight from the stage. Nothing here trusts the image: what firmware let through, the engine room checks again.
/// </summary>
/// <param name="core">The engine room.</param>
/// <param name="stage">Key and IV.</param>
/// <param name="directory">Which objects exist.</param>
internal sealed class ObjectUnit(NicCore core, KeyStage stage, ObjectDirectory directory)
{
    private const int IvBytes = 12;

    /// <summary>Runs one command.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="image">Its request, 256 bytes.</param>
    /// <param name="result">Receives a context snapshot, 64 bytes.</param>
    /// <param name="made">The object that was made; zero for none.</param>
    public MailboxStatus Execute(MailboxOpcode opcode, ReadOnlySpan<byte> image, Span<byte> result, out ulong made)
    {
        made = 0;
        ulong handle = BinaryPrimitives.ReadUInt64LittleEndian(image);
        return opcode switch
        {
            MailboxOpcode.KeyCreate or MailboxOpcode.KeyRotate => CreateKey(MemoryMarshal.Read<KeyCreateRequest>(image), opcode == MailboxOpcode.KeyRotate, out made),
            MailboxOpcode.KeyRevoke => Told(core.RevokeKey(handle)),
            MailboxOpcode.KeySync => Told(core.SyncKeys()),
            MailboxOpcode.KeyDestroy => Removed(core.DestroyKey(handle), handle, goesLater: false),
            MailboxOpcode.TxCreate => CreateTx(MemoryMarshal.Read<TxCreateRequest>(image), out made),
            MailboxOpcode.TxDestroy => Removed(core.RemoveTx(handle), handle, goesLater: true),
            MailboxOpcode.TxMove => Told(core.MoveTx(handle, MemoryMarshal.Read<TxMoveRequest>(image).Queue)),
            MailboxOpcode.TxUpdate => Update(MemoryMarshal.Read<TxUpdateRequest>(image)),
            MailboxOpcode.RxCreate => CreateRx(MemoryMarshal.Read<RxCreateRequest>(image), out made),
            MailboxOpcode.RxActivate => Activate(handle),
            MailboxOpcode.RxQuiesce => Told(core.QuiesceRx(handle, MemoryMarshal.Read<RxQuiesceRequest>(image).Quiesce != 0)),
            MailboxOpcode.RxDestroy => Removed(core.RemoveRx(handle), handle, goesLater: true),
            MailboxOpcode.ContextQuery => Told(core.Query(handle, result)),
            _ => MailboxStatus.Unsupported,
        };
    }

    private static MailboxStatus Told(CoreStatus status) => (MailboxStatus)status;

    private MailboxStatus CreateKey(in KeyCreateRequest request, bool rotate, out ulong made)
    {
        made = 0;
        if (core.Epoch == ushort.MaxValue)
        {
            return MailboxStatus.EpochExhausted;
        }

        Span<byte> key = stackalloc byte[TlsRecordLayout.KeyLengthOf(request.Cipher)];
        if (!stage.TryTakeKey(key))
        {
            return MailboxStatus.NoKeyStaged;
        }

        CoreStatus status = rotate
            ? core.RotateKey(request.Handle, request.Cipher, key, out made)
            : core.CreateKey(request.Cipher, key, request.Owner, out made);
        CryptographicOperations.ZeroMemory(key);
        if (status == CoreStatus.Ok)
        {
            directory.Enter(made, 0);
        }

        return Told(status);
    }

    private MailboxStatus CreateTx(in TxCreateRequest request, out ulong made)
    {
        made = 0;
        if (core.Epoch == ushort.MaxValue)
        {
            return MailboxStatus.EpochExhausted;
        }

        Span<byte> iv = stackalloc byte[IvBytes];
        if (!stage.TryTakeIv(iv))
        {
            return MailboxStatus.NoKeyStaged;
        }

        var parameters = new TxContextParameters
        {
            KeyHandle = request.KeyHandle,
            Version = request.Version,
            Mode = request.Mode,
            Queue = request.Queue,
            Iv = iv,
            StartSequence = request.StartSequence,
            RecordNumber = request.RecordNumber,
        };
        CoreStatus status = core.InstallTx(parameters, out made);
        CryptographicOperations.ZeroMemory(iv);
        if (status == CoreStatus.Ok)
        {
            directory.Enter(made, request.KeyHandle);
        }

        return Told(status);
    }

    private MailboxStatus CreateRx(in RxCreateRequest request, out ulong made)
    {
        made = 0;
        if (core.Epoch == ushort.MaxValue)
        {
            return MailboxStatus.EpochExhausted;
        }

        Span<byte> iv = stackalloc byte[IvBytes];
        if (!stage.TryTakeIv(iv))
        {
            return MailboxStatus.NoKeyStaged;
        }

        Span<byte> remote = stackalloc byte[16];
        Span<byte> local = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(remote, request.RemoteAddressFirst);
        BinaryPrimitives.WriteUInt64LittleEndian(remote[8..], request.RemoteAddressLast);
        BinaryPrimitives.WriteUInt64LittleEndian(local, request.LocalAddressFirst);
        BinaryPrimitives.WriteUInt64LittleEndian(local[8..], request.LocalAddressLast);
        int length = request.IpVersion == 6 ? 16 : 4;
        var parameters = new RxContextParameters
        {
            KeyHandle = request.KeyHandle,
            Version = request.Version,
            Queue = request.Queue,
            Iv = iv,
            StartSequence = request.StartSequence,
            RecordNumber = request.RecordNumber,
            Tuple = FlowTuple.Create(remote[..length], local[..length], request.RemotePort, request.LocalPort),
            BudgetBytes = request.BudgetBytes,
            BudgetUs = request.BudgetUs,
            AuthenticationThreshold = request.AuthenticationThreshold,
        };
        CoreStatus status = core.InstallRx(parameters, out made);
        CryptographicOperations.ZeroMemory(iv);
        if (status == CoreStatus.Ok)
        {
            directory.Enter(made, request.KeyHandle);
        }

        return Told(status);
    }

    private MailboxStatus Update(in TxUpdateRequest request) => Told(core.UpdateTx(request.Handle, request.Sequence, request.RecordNumber));

    private MailboxStatus Activate(ulong handle)
    {
        CoreStatus status = core.ActivateRx(handle);
        if (status == CoreStatus.Ok)
        {
            directory.Activate(handle);
        }

        return Told(status);
    }

    private MailboxStatus Removed(CoreStatus status, ulong handle, bool goesLater)
    {
        // A busy context goes with the last of its descriptors and needs no second command; a busy key stays.
        if (status == CoreStatus.Ok || (goesLater && status == CoreStatus.Busy))
        {
            directory.Remove(handle);
        }

        return Told(status);
    }
}
