"""A terminal worklist for people who triage imaging studies held in the Avara Viewer."""

__version__ = "0.1.0"
