"""How the random tests of this room run."""

from hypothesis import settings

# How fast the machine is says nothing about the worklist.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
