"""What the keys do to studies: ask, write, say what came of it."""
