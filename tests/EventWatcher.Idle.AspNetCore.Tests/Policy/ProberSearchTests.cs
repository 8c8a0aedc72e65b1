namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class ProberSearchTests
{
    private static readonly string[] Words = ["Pingdom", "check_http/", "Better Uptime"];

    [Theory]
    [InlineData("Pingdom.com_bot_version_1.4", true)]
    [InlineData("Mozilla/5.0 (compatible; PINGDOM)", true)]
    [InlineData("check_http/v2.4", true)]
    [InlineData("check_http", false)]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0", false)]
    [InlineData("", false)]
    public void Names_are_found_anywhere_whatever_their_case(string agent, bool isProber)
    {
        var search = new ProberSearch(Words);

        // The first answer is searched for, the others may be known.
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(isProber, search.IsIn(new string(agent))));
    }

    [Fact]
    public void What_is_known_of_one_agent_says_nothing_of_another()
    {
        const int Seed = 20261128;
        var random = new Random(Seed);
        var search = new ProberSearch(Words);
        for (var i = 0; i < 20_000; i++)
        {
            // Few lengths and few characters, so that many fall on the same places as others, again and again.
            var agent = new string('a', random.Next(0, 40)) + (random.Next(3) == 0 ? Words[random.Next(Words.Length)] : "") + new string((char)random.Next('a', 'f'), random.Next(0, 600));

            var isProber = Words.Any(word => agent.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.True(search.IsIn(agent) == isProber, $"\"{agent}\" is answered wrongly (seed {Seed}, turn {i}).");
        }
    }
}
