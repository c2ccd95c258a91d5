using Agent.Core.Units;

namespace Agent.Recording;

/// <summary>A moment as ticks since its clock's origin.</summary>
internal sealed class MomentJson() : TicksJson<Moment>(moment => moment.SinceOrigin, time => new Moment(time));
