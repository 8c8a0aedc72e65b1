using System.Runtime.CompilerServices;

namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class WakePolicyTests
{
    [Theory]
    [InlineData(false, "kube-probe/1.31", true)]
    [InlineData(false, "Mozilla/5.0 (compatible; MYBOT/1.0)", true)]
    [InlineData(false, "Mozilla/5.0 (X11; Linux x86_64)", false)]
    [InlineData(true, "kube-probe/1.31", false)]
    [InlineData(true, "Mozilla/5.0 (compatible; MYBOT/1.0)", true)]
    [InlineData(true, "", false)]
    public void Words_of_its_own_come_to_the_usual_ones_or_stand_alone(bool bystandersWake, string agent, bool isIgnored)
    {
        var policy = PolicyWithWords(bystandersWake);
        var plain = new WakePolicy(new IdleWakePolicy());

        // What one policy has found harmless says nothing of another.
        Assert.All(Enumerable.Range(0, 3), _ =>
        {
            Assert.Equal(agent.StartsWith("kube", StringComparison.Ordinal), Ignores(plain, agent));
            Assert.Equal(isIgnored, Ignores(policy, agent));
        });
    }

    [Fact]
    public void Agents_that_clients_make_up_are_not_kept_for_each_container()
    {
        const int Places = 64;
        var policies = Enumerable.Range(0, 50).Select(static _ => PolicyWithWords(bystandersWake: false)).ToList();

        var agents = policies.SelectMany(static (policy, number) => Send(policy, number, Places)).ToList();

        GC.Collect();
        Assert.InRange(agents.Count(static agent => agent.TryGetTarget(out _)), 0, Places);
        GC.KeepAlive(policies);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference<string>> Send(WakePolicy policy, int number, int count) =>
        [.. Enumerable.Range(0, count).Select(i =>
        {
            var agent = $"{number} {new string('x', 100 + i)}";
            Assert.False(Ignores(policy, agent));
            return new WeakReference<string>(agent);
        })];

    private static WakePolicy PolicyWithWords(bool bystandersWake)
    {
        var options = new IdleWakePolicy { Bystanders = bystandersWake };
        options.IgnoredUserAgents.Add("mybot");
        options.IgnoredUserAgents.Add("");
        return new WakePolicy(options);
    }

    private static bool Ignores(WakePolicy policy, string agent)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.UserAgent = agent;
        return policy.IsIgnoredWhileReady(request, "/", client: null);
    }
}
