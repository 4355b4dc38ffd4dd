"""Who changed or opened which study, when, and how it ended, in a file that outlives us."""
