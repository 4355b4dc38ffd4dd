"""The use-cases: what a person at the worklist does, free of any screen."""
