using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NicEmu.Tests.Museum;

/// <summary>Small faults in any source: a comparison shifted, a condition turned round, a literal off by one, a statement left out.</summary>
internal static class SyntaxMutator
{
    /// <summary>All faults of one file.</summary>
    /// <param name="file">Path from the root of the tree.</param>
    /// <param name="text">Its text.</param>
    public static IEnumerable<Fault> FaultsOf(string file, string text)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (SyntaxNode node in root.DescendantNodes().Where(n => n.FirstAncestorOrSelf<MemberDeclarationSyntax>() is BaseMethodDeclarationSyntax or PropertyDeclarationSyntax))
        {
            string? changed = Change(node);
            if (changed is null) continue;
            int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            string mutated = text[..node.SpanStart] + changed + text[node.Span.End..];
            yield return new(file, line, OneLine(node.ToString()), OneLine(changed), mutated);
        }
    }

    private static string? Change(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax b => Operator(b.OperatorToken.Kind()) is { } other ? $"{b.Left} {other} {b.Right}" : null,
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } => "false",
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression } => "true",
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } n => n.Operand.ToString(),
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax } => ";",
        _ => null,
    };

    private static string? Operator(SyntaxKind kind) => kind switch
    {
        SyntaxKind.LessThanToken => "<=",
        SyntaxKind.LessThanEqualsToken => "<",
        SyntaxKind.GreaterThanToken => ">=",
        SyntaxKind.GreaterThanEqualsToken => ">",
        SyntaxKind.EqualsEqualsToken => "!=",
        SyntaxKind.ExclamationEqualsToken => "==",
        SyntaxKind.AmpersandAmpersandToken => "||",
        SyntaxKind.BarBarToken => "&&",
        SyntaxKind.PlusToken => "-",
        SyntaxKind.MinusToken => "+",
        _ => null,
    };

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>One fault.</summary>
    /// <param name="File">Path from the root of the tree.</param>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Before">What stood there.</param>
    /// <param name="After">What stands there now.</param>
    /// <param name="Text">The whole changed file.</param>
    public sealed record Fault(string File, int Line, string Before, string After, string Text);
}
