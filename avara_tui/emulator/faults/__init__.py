"""Faults on demand: everything that a server, a proxy or a network does to a request."""
