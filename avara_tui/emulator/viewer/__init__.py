"""The viewer that a reroute URL leads to: one synthetic slice and the study's facts."""
