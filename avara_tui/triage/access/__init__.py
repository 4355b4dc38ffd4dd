"""The key to a server: where it is found, and where it is kept."""
