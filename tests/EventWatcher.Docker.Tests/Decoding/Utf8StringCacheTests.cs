using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class Utf8StringCacheTests
{
    [Fact]
    public void Get_same_text_again_is_the_same_string()
    {
        var cache = new Utf8StringCache();

        Assert.Same(cache.Get("é"u8), cache.Get("é"u8));
        Assert.Same(cache.Get("com.docker.compose.project"u8), cache.Get("com.docker.compose.project"u8));
    }

    [Fact]
    public void Get_hundred_repeated_texts_makes_hardly_any_string_twice()
    {
        var cache = new Utf8StringCache();
        var texts = Enumerable.Range(0, 100).Select(i => Encoding.UTF8.GetBytes($"com.example.label.{i}")).ToArray();
        var first = texts.Select(text => cache.Get(text)).ToArray();
        first = [.. texts.Select(text => cache.Get(text))];

        Assert.InRange(texts.Zip(first).Count(pair => ReferenceEquals(cache.Get(pair.First), pair.Second)), 95, 100);
    }

    [Fact]
    public void Get_a_hundred_thousand_texts_is_always_right()
    {
        var cache = new Utf8StringCache();
        var random = new Random(5);
        for (var i = 0; i < 100_000; i++)
        {
            // Long ones that are alike at the three places the hash looks at.
            var text = new string('a', 20) + random.Next(3000) + new string('b', 40 + random.Next(3)) + new string('c', 20);
            Assert.Equal(text, cache.Get(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public void Get_long_text_is_not_kept()
    {
        var cache = new Utf8StringCache();
        var text = Encoding.UTF8.GetBytes(new string('x', Utf8StringCache.MaxTextLength + 1));

        Assert.Equal(cache.Get(text), cache.Get(text));
        Assert.NotSame(cache.Get(text), cache.Get(text));
    }

    [Fact]
    public void Get_empty_is_empty() => Assert.Equal("", new Utf8StringCache().Get([]));
}
