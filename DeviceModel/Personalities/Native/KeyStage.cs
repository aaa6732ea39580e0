using System.Buffers.Binary;
using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>The staging area for key and IV: remembers which words were written and gives their bytes to one command only.</summary>
internal sealed class KeyStage
{
    private const uint AllIvWords = 0x7;

    private readonly RegisterFile _registers;

    public KeyStage(RegisterFile registers)
    {
        _registers = registers;
        KeyStageBlock block = NativeMap.KeyStage;
        for (int i = 0; i < KeyStageBlock.KeyWords; i++)
        {
            uint bit = 1u << i;
            registers.OnWrite(block.Key[i], (_, _, _) => registers[block.KeyWritten] |= bit);
        }

        for (int i = 0; i < KeyStageBlock.IvWords; i++)
        {
            uint bit = 1u << i;
            registers.OnWrite(block.Iv[i], (_, _, _) => registers[block.IvWritten] |= bit);
        }

        registers.OnWrite(block.Control, (_, _, after) =>
        {
            if (block.Clear.Extract(after) != 0)
            {
                Zeroise();
            }
        });
    }

    /// <summary>Zeroises everything.</summary>
    public void Zeroise()
    {
        ZeroiseKey();
        ZeroiseIv();
        _registers[NativeMap.KeyStage.Clear] = 0;
    }

    /// <summary>Takes the staged key; it is gone from the stage then.</summary>
    /// <param name="key">Receives as many bytes as the algorithm wants, 16 or 32.</param>
    /// <returns>False when not every word of that length was written: the stage is as before.</returns>
    public bool TryTakeKey(Span<byte> key)
    {
        uint wanted = (1u << (key.Length / 4)) - 1;
        if ((_registers[NativeMap.KeyStage.KeyWritten] & wanted) != wanted)
        {
            return false;
        }

        for (int i = 0; i < key.Length / 4; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(key[(4 * i)..], _registers[NativeMap.KeyStage.Key[i]]);
        }

        ZeroiseKey();
        return true;
    }

    /// <summary>Takes the staged IV; it is gone from the stage then.</summary>
    /// <param name="iv">Receives 12 bytes.</param>
    /// <returns>False when not every word was written: the stage is as before.</returns>
    public bool TryTakeIv(Span<byte> iv)
    {
        if (_registers[NativeMap.KeyStage.IvWritten] != AllIvWords)
        {
            return false;
        }

        for (int i = 0; i < KeyStageBlock.IvWords; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(iv[(4 * i)..], _registers[NativeMap.KeyStage.Iv[i]]);
        }

        ZeroiseIv();
        return true;
    }

    private void ZeroiseKey()
    {
        foreach (var word in NativeMap.KeyStage.Key)
        {
            _registers[word] = 0;
        }

        _registers[NativeMap.KeyStage.KeyWritten] = 0;
    }

    private void ZeroiseIv()
    {
        foreach (var word in NativeMap.KeyStage.Iv)
        {
            _registers[word] = 0;
        }

        _registers[NativeMap.KeyStage.IvWritten] = 0;
    }
}
