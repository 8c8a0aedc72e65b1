namespace EventWatcher.Store.Tests;

public sealed class RecordEncoderTests
{
    [Fact]
    public void GetSpan_larger_than_any_array_is_refused()
    {
        var encoder = RecordEncoder.Rent();

        // A shorter one than was asked for would have whoever fills it go round for ever.
        Assert.Throws<EventStoreException>(() => encoder.GetSpan(int.MaxValue).Length);

        encoder.Return();
    }
}
