"""Changes studies, guarded, and watches what came of it."""
