namespace EventWatcher.Sinks;

/// <summary>Options of one kind of sink, that know what is wrong with them beyond what all have in common.</summary>
internal interface ISelfValidating
{
    void Validate(OptionFaults faults);
}
