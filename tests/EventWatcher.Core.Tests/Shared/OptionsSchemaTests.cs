using Microsoft.Extensions.Configuration;

namespace EventWatcher.Core.Tests.Shared;

public sealed class OptionsSchemaTests
{
    private static readonly OptionsSchema Inner = new OptionsSchema("InnerOptions").Duration("Wait").Text("Secret");

    private static readonly OptionsSchema Schema = new OptionsSchema("SomeOptions")
        .Duration("Interval")
        .DurationOrInfinite("Limit")
        .Integer<int>("Count")
        .Flag("Enabled")
        .Choice<QueueOverflow>("Mode")
        .Text("Title")
        .Any("Labels")
        .Section("Inner", Inner)
        .Each("Items", Inner);

    [Fact]
    public void Read_sound_section_normalizes_every_value_under_its_path()
    {
        var reading = Read(
            ("A:B:interval", "5s"),
            ("A:B:Limit", "infinite"),
            ("A:B:Count", " 12 "),
            ("A:B:Enabled", "true"),
            ("A:B:Mode", "droPOldest"),
            ("A:B:Title", ""),
            ("A:B:Labels:x", "5"),
            ("A:B:Inner:Wait", "2d"),
            ("A:B:Items:0:Wait", "1h"),
            ("A:B:Items:1:Wait", "00:00:01"));

        Assert.Empty(reading.Faults);
        var section = reading.ToSection();
        Assert.Equal("A:B", section.Path);
        Assert.Equal("00:00:05", section["Interval"]);
        Assert.Equal("-00:00:00.0010000", section["Limit"]);
        Assert.Equal("12", section["Count"]);
        Assert.Equal("True", section["Enabled"]);
        Assert.Equal("DropOldest", section["Mode"]);
        Assert.Equal("", section["Title"]);
        Assert.Equal("5", section["Labels:x"]);
        Assert.Equal("2.00:00:00", section["Inner:Wait"]);
        Assert.Equal("01:00:00", section["Items:0:Wait"]);
        Assert.Equal("00:00:01", section["Items:1:Wait"]);
    }

    [Fact]
    public void Read_every_kind_of_fault_names_the_full_key_and_keeps_the_rest()
    {
        var reading = Read(
            ("A:B:Interval", "5"),
            ("A:B:Limit", "never"),
            ("A:B:Count", "many"),
            ("A:B:Enabled", "yes"),
            ("A:B:Mode", "2"),
            ("A:B:Title:Sub", "x"),
            ("A:B:Intervall", "5s"),
            ("A:B:Colour", "red"),
            ("A:B:Inner:Wait", "soon"),
            ("A:B:Items:1:Wiat", "1s"),
            ("A:B:Labels:y", "kept"));

        Assert.Equal(
            [
                "A:B:Colour is not a known key; known: Interval, Limit, Count, Enabled, Mode, Title, Labels, Inner, Items.",
                "A:B:Count is \"many\"; allowed: a whole number.",
                "A:B:Enabled is \"yes\"; allowed: true or false.",
                "A:B:Inner:Wait is \"soon\"; allowed: a duration such as 250ms, 5s, 1h30m, 2d or 00:00:05.",
                "A:B:Interval is \"5\"; allowed: a duration such as 250ms, 5s, 1h30m, 2d or 00:00:05.",
                "A:B:Intervall is not a known key; did you mean Interval?",
                "A:B:Items:1:Wiat is not a known key; did you mean Wait?",
                "A:B:Limit is \"never\"; allowed: a duration such as 250ms, 5s, 1h30m, 2d or 00:00:05, or infinite.",
                "A:B:Mode is \"2\"; allowed: ForceReload, Wait, DropOldest, DropNewest.",
                "A:B:Title has the wrong shape; allowed: a text.",
            ],
            reading.Faults.Order(StringComparer.Ordinal));
        Assert.Equal("kept", reading.ToSection()["Labels:y"]);
        Assert.Null(reading.ToSection()["Interval"]);
    }

    [Fact]
    public void Read_value_in_the_place_of_a_section_is_refused_without_being_shown()
    {
        var reading = Read(("A:B:Inner", "hunter2"), ("A:B:Items", "hunter3"));

        Assert.Equal(2, reading.Faults.Count);
        Assert.All(reading.Faults, static fault => Assert.DoesNotContain("hunter", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_null_or_missing_says_nothing()
    {
        Assert.Empty(Read(("A:B:Interval", null)).Faults);
        Assert.Empty(Read().Faults);
        Assert.False(Read().ToSection().Exists());
    }

    private static SectionReading Read(params (string Key, string? Value)[] values) => Schema.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(static value => KeyValuePair.Create(value.Key, value.Value)))
            .Build()
            .GetSection("A:B"));
}
