using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class DockerEventDecoderTests
{
    private const string Actor = "\"Actor\":{\"ID\":\"abc\",\"Attributes\":{\"image\":\"nginx\",\"name\":\"web\"}}";

    [Fact]
    public void Decode_event_of_today_has_every_field()
    {
        var e = Decode.One($"{{\"Type\":\"container\",\"Action\":\"start\",{Actor},\"scope\":\"local\",\"time\":1700000000,\"timeNano\":1700000000123456789}}");

        Assert.Equal("container start abc 1700000000123456789 image=nginx,name=web", Decode.Show(e));
        Assert.Equal(new DateTimeOffset(2023, 11, 14, 22, 13, 20, TimeSpan.Zero).AddTicks(1234567), e.Time);
    }

    [Fact]
    public void Decode_legacy_fields_beside_the_new_are_ignored()
    {
        var e = Decode.One($"{{\"status\":\"x\",\"id\":\"y\",\"from\":\"z\",\"Type\":\"container\",\"Action\":\"start\",{Actor},\"timeNano\":7}}");

        Assert.Equal("container start abc 7 image=nginx,name=web", Decode.Show(e));
    }

    [Fact]
    public void Decode_very_old_event_is_one_of_a_container()
    {
        var e = Decode.One("{\"status\":\"start\",\"id\":\"abc\",\"from\":\"busybox:1\",\"time\":1700000000}");

        Assert.Equal("container start abc 1700000000000000000 image=busybox:1", Decode.Show(e));
    }

    [Fact]
    public void Decode_without_timeNano_uses_time_in_any_order()
    {
        Assert.Equal(5_000_000_000, Decode.One("{\"time\":5,\"Type\":\"container\",\"Action\":\"start\"}").TimeNanoseconds);
        Assert.Equal(5, Decode.One("{\"timeNano\":5,\"time\":9,\"Type\":\"container\",\"Action\":\"start\"}").TimeNanoseconds);
        Assert.Equal(0, Decode.One("{\"Type\":\"container\",\"Action\":\"start\"}").TimeNanoseconds);
    }

    [Theory]
    [InlineData("{\"Type\":\"network\",\"Action\":\"connect\"}", "network connect  0 ")]
    [InlineData("{\"Type\":\"network\",\"Action\":\"connect\",\"Actor\":null}", "network connect  0 ")]
    [InlineData("{\"Type\":\"network\",\"Action\":\"connect\",\"Actor\":{\"ID\":\"n\",\"Attributes\":null}}", "network connect n 0 ")]
    [InlineData("{\"Type\":\"network\",\"Action\":\"connect\",\"Actor\":{\"Attributes\":{},\"ID\":null,\"more\":[{}]}}", "network connect  0 ")]
    [InlineData("{\"Type\":null,\"Action\":\"start\",\"Actor\":{\"ID\":\"c\"}}", "container start c 0 ")]
    [InlineData("{\"new\":{\"a\":[1,{\"b\":2}]},\"Type\":\"x\",\"Action\":\"y\",\"newer\":[[]]}", "x y  0 ")]
    [InlineData("{\"Typ\\u0065\":\"x\",\"Action\":\"y\"}", "x y  0 ")]
    public void Decode_what_may_be_missing_or_new_is_tolerated(string json, string expected) =>
        Assert.Equal(expected, Decode.Show(Decode.One(json)));

    [Fact]
    public void Decode_duplicate_keys_last_wins()
    {
        var e = Decode.One("{\"Type\":\"a\",\"Action\":\"b\",\"Action\":\"c\",\"Actor\":{\"ID\":\"1\",\"ID\":\"2\",\"Attributes\":{\"k\":\"1\",\"l\":\"x\",\"k\":\"2\"}},\"timeNano\":1,\"timeNano\":2}");

        Assert.Equal("a c 2 2 k=2,l=x", Decode.Show(e));
    }

    [Fact]
    public void Decode_attributes_that_are_no_strings_keep_their_json()
    {
        var e = Decode.One("{\"Type\":\"a\",\"Action\":\"b\",\"Actor\":{\"Attributes\":{\"n\":-1.5e3,\"t\":true,\"z\":null,\"o\":{\"x\":[1, 2]},\"l\":[\"é\"],\"s\":\"v\"}}}");

        Assert.Equal("n=-1.5e3,t=true,z=,o={\"x\":[1, 2]},l=[\"é\"],s=v", string.Join(',', e.Attributes.Select(a => $"{a.Key}={a.Value}")));
    }

    [Theory]
    [InlineData(@"\u003cb\u003e \u0026 \u00e9 \ud83d\ude00", "<b> & é 😀")]
    [InlineData(@"\""\\\/\b\f\n\r\t", "\"\\/\b\f\n\r\t")]
    [InlineData(@"\ud83d", "\ufffd")]
    [InlineData(@"\ude00x", "\ufffdx")]
    [InlineData(@"\ud83d\u0041", "\ufffdA")]
    [InlineData(@"\ud83d\ud83d\ude00", "\ufffd😀")]
    [InlineData("é😀", "é😀")]
    public void Decode_escapes_become_text(string escaped, string expected)
    {
        var e = Decode.One($"{{\"Type\":\"a\",\"Action\":\"{escaped}\",\"Actor\":{{\"Attributes\":{{\"{escaped}\":\"{escaped}\"}}}}}}");

        Assert.Equal(expected, e.Action);
        Assert.Equal(expected, e.Attributes[expected]);
    }

    [Fact]
    public void Decode_long_escaped_text_is_whole()
    {
        var e = Decode.One($"{{\"Type\":\"a\",\"Action\":\"exec_start: {string.Concat(Enumerable.Repeat(@"\u0026", 2000))}\"}}");

        Assert.Equal("exec_start: " + new string('&', 2000), e.Action);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\n")]
    public void Decode_invalid_utf8_is_replaced(string beside)
    {
        byte[] json = [.. "{\"Type\":\"a\",\"Action\":\"b\",\"Actor\":{\"Attributes\":{\"k\":\""u8, 0xC3, 0x28, 0xFF, .. Encoding.UTF8.GetBytes(beside), .. "\"}}}"u8];

        Assert.Equal("\ufffd(\ufffd" + beside.Replace("\\n", "\n", StringComparison.Ordinal), Decode.One(json).Attributes["k"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("\"start\"")]
    [InlineData("{}")]
    [InlineData("{\"message\":\"failed\"}")]
    [InlineData("{\"Type\":\"container\"}")]
    [InlineData("{\"Type\":\"container\",\"Action\":\"\"}")]
    [InlineData("{\"Type\":\"container\",\"status\":\"start\"}")]
    [InlineData("{\"Type\":1,\"Action\":\"start\"}")]
    [InlineData("{\"Type\":\"a\",\"Action\":[]}")]
    [InlineData("{\"Type\":\"a\",\"Action\":\"b\",\"Actor\":\"c\"}")]
    [InlineData("{\"Type\":\"a\",\"Action\":\"b\",\"timeNano\":\"1\"}")]
    [InlineData("{\"Type\":\"a\",\"Action\":\"b\",\"timeNano\":1e99}")]
    [InlineData("{\"Type\":\"a\",\"Action\":\"b\",\"time\":9300000000}")]
    [InlineData("{\"Type\":\"a\",\"Action\":\"b\"")]
    [InlineData("{\"Type\":\"a\" \"Action\":\"b\"}")]
    [InlineData("{\"Type\":\"a\",\"Action\":\"b\nc\"}")]
    public void Decode_what_is_no_event_is_an_error(string json) => Assert.NotEmpty(Decode.Error(json));

    [Fact]
    public void Decode_deep_nesting_is_an_error_and_no_overflow() =>
        Assert.NotEmpty(Decode.Error("{\"x\":" + new string('[', 100_000)));

    [Fact]
    public void Decode_error_says_nothing_of_the_content()
    {
        var error = Decode.Error("{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"Attributes\":{\"password\":\"hunter2\",\"b\":}}}");

        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        Assert.DoesNotContain("password", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_repeated_text_is_the_same_string()
    {
        var decoder = new DockerEventDecoder();
        var json = Encoding.UTF8.GetBytes($"{{\"Type\":\"container\",\"Action\":\"start\",{Actor}}}");
        var first = decoder.Decode(json, out _, out _)!;
        var second = decoder.Decode(json, out _, out _)!;

        Assert.Same(first.ActorId, second.ActorId);
        Assert.Same(first.Action, second.Action);
        Assert.Same(first.Attributes["image"], second.Attributes["image"]);
    }

    [Fact]
    public void Decode_fifty_thousand_labels_is_no_matter_of_minutes()
    {
        var labels = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"k{i}\":\"\"").Append("\"k7\":\"last\""));
        var e = Decode.One($"{{\"Type\":\"a\",\"Action\":\"b\",\"Actor\":{{\"Attributes\":{{{labels}}}}}}}");

        Assert.Equal(50_000, e.Attributes.Count);
        Assert.Equal("last", e.Attributes["k7"]);
    }
}
