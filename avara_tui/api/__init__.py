"""The wire: the Avara Viewer REST API as typed, honest, bounded calls."""
