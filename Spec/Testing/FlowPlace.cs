namespace NicEmu.Spec.Testing;

/// <summary>Where one direction of a connection is protected.</summary>
public enum FlowPlace
{
    /// <summary>Nowhere: plain TCP.</summary>
    None = 0,

    /// <summary>The card is being given the key.</summary>
    Installing,

    /// <summary>In software.</summary>
    Software,

    /// <summary>In the card.</summary>
    Device,
}
