namespace NicEmu.Spec.Seams;

/// <summary>A broken invariant of the model: a defect of NicEmu, never of a guest.</summary>
public sealed class ModelException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public ModelException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The invariant that does not hold.</param>
    public ModelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">The invariant that does not hold.</param>
    /// <param name="innerException">The cause.</param>
    public ModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
