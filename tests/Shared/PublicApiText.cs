using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace EventWatcher.Tests.Shared;

/// <summary>
/// The public API of an assembly as text, one line a member, sorted: what a review is to see of a change.
/// </summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>
    /// Compares with the approved file beside the test. Where they differ, what was found is written beside it as
    /// <c>.received.txt</c>, to be looked at and renamed.
    /// </summary>
    public static void AssertApproved(Assembly assembly, string fileName = "PublicApi.approved.txt", [CallerFilePath] string testFile = "")
    {
        var approvedPath = Path.Combine(Path.GetDirectoryName(testFile)!, fileName);
        var receivedPath = approvedPath.Replace(".approved.", ".received.", StringComparison.Ordinal);
        var received = Of(assembly);
        var approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        if (string.Equals(received, approved, StringComparison.Ordinal))
        {
            File.Delete(receivedPath);
            return;
        }

        File.WriteAllText(receivedPath, received);
        Assert.Fail($"The public API of {assembly.GetName().Name} has changed. If that is meant, replace {approvedPath} by {receivedPath}.\n{Difference(approved, received)}");
    }

    /// <summary>Returns the text.</summary>
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(IsWritten).OrderBy(Name, StringComparer.Ordinal))
        {
            text.Append(Describe(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Difference(string approved, string received)
    {
        var before = WithTypes(approved).ToArray();
        var after = WithTypes(received).ToArray();
        return string.Join('\n', before.Except(after, StringComparer.Ordinal).Select(static line => $"- {line}")
            .Concat(after.Except(before, StringComparer.Ordinal).Select(static line => $"+ {line}")));
    }

    // Many types have members that read alike: each line says whose it is.
    private static IEnumerable<string> WithTypes(string text)
    {
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            type = line.StartsWith(' ') ? type : line;
            yield return line.StartsWith(' ') ? $"{type} {{ {line.Trim()} }}" : line;
        }
    }

    // Extension blocks leave a nested type with an unspeakable name; their members are listed as the static ones they are.
    private static bool IsWritten(MemberInfo member) =>
        !member.Name.Contains('<', StringComparison.Ordinal) &&
        (member.DeclaringType is not { } outer || IsWritten(outer));

    private static string Describe(Type type)
    {
        var parents = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate))
        {
            parents.Add(Name(parent));
        }

        var inherited = type.BaseType?.GetInterfaces() ?? [];
        parents.AddRange(type.GetInterfaces().Except(inherited).Where(static contract => contract.IsPublic && !IsIncidental(contract)).Select(Name).Order(StringComparer.Ordinal));
        var kind = type switch
        {
            { IsEnum: true } => $"enum {Name(type)} : {Name(Enum.GetUnderlyingType(type))}",
            { IsInterface: true } => $"interface {Name(type)}",
            { IsValueType: true } => $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}struct {Name(type)}",
            { IsAbstract: true, IsSealed: true } => $"static class {Name(type)}",
            _ => $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}class {Name(type)}",
        };
        return parents.Count == 0 || type.IsEnum ? kind : $"{kind} : {string.Join(", ", parents)}";

        static bool IsIncidental(Type contract) => contract is { Namespace: "System", Name: "ISpanFormattable" or "IConvertible" or "IComparable" or "IFormattable" };
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => string.Create(
                CultureInfo.InvariantCulture,
                $"{name} = {Convert.ToString(Convert.ChangeType(Enum.Parse(type, name), Enum.GetUnderlyingType(type), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)}"));
        }

        return type.GetMembers(Declared).Where(IsWritten).Select(Describe).OfType<string>();
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) =>
            $"{Access(constructor)}{Name(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) && !IsOfObject(method) =>
            $"{Access(method)}{Modifiers(method)}{Annotated(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}{Generics(method)}({Parameters(method)})",
        MethodInfo { IsSpecialName: true } method when IsVisible(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) && !IsRecords(method) =>
            $"static {Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property => DescribeProperty(property),
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly =>
            $"{(field.IsFamily || field.IsFamilyOrAssembly ? "protected " : "")}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Annotated(field.FieldType, Nullability.Create(field))} {field.Name}{(field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "")}",
        EventInfo happening when happening.AddMethod is { } add && IsVisible(add) =>
            $"{Access(add)}event {Name(happening.EventHandlerType!)} {happening.Name}",
        _ => null,
    };

    private static string? DescribeProperty(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        if (accessors.Length == 0 || property.Name is "EqualityContract")
        {
            return null;
        }

        var setter = property.SetMethod is { } set && IsVisible(set)
            ? set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        var getter = property.GetMethod is { } get && IsVisible(get) ? " get;" : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Describe))}]" : "";
        return $"{Access(accessors[0])}{Modifiers(accessors[0])}{required}{Annotated(property.PropertyType, Nullability.Create(property))} {property.Name}{index} {{{getter}{setter} }}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // What the compiler gives every record.
    private static bool IsRecords(MethodInfo method) => method.Name is "op_Equality" or "op_Inequality";

    private static bool IsOfObject(MethodInfo method) =>
        method.GetBaseDefinition().DeclaringType == typeof(object) || method.Name is "PrintMembers" or "<Clone>$";

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
        {
            return "static ";
        }

        if (method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal)
        {
            return "";
        }

        return method.IsAbstract ? "abstract " : method.GetBaseDefinition() != method ? "override " : "virtual ";
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(static argument => argument.Name))}>" : "";

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Describe));

    private static string Describe(ParameterInfo parameter)
    {
        var direction = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue)}" : "";
        return $"{direction}{Annotated(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Annotated(Type type, NullabilityInfo info)
    {
        var isNullable = !type.IsValueType && !type.IsByRef && (info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable);
        if (type.IsConstructedGenericType && Nullable.GetUnderlyingType(type) is null && info.GenericTypeArguments.Length == type.GetGenericArguments().Length)
        {
            var arguments = type.GetGenericArguments().Zip(info.GenericTypeArguments, Annotated);
            return $"{BareName(type)}<{string.Join(", ", arguments)}>{(isNullable ? "?" : "")}";
        }

        return Name(type) + (isNullable ? "?" : "");
    }

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var arguments = type.GetGenericArguments();
        return arguments.Length == 0 ? BareName(type) : $"{BareName(type)}<{string.Join(", ", arguments.Select(Name))}>";
    }

    private static string BareName(Type type)
    {
        var name = type.Name.Split('`')[0];
        if (type is { IsNested: true, DeclaringType: { } outer })
        {
            return $"{BareName(outer)}.{name}";
        }

        return type.FullName switch
        {
            "System.String" => "string",
            "System.Object" => "object",
            "System.Boolean" => "bool",
            "System.Int32" => "int",
            "System.Int64" => "long",
            "System.UInt64" => "ulong",
            "System.Double" => "double",
            "System.Void" => "void",
            _ when type.Namespace is null || type.Namespace.StartsWith("System", StringComparison.Ordinal) => name,
            _ => $"{type.Namespace}.{name}",
        };
    }
}
