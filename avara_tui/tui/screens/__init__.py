"""Screens lay out widgets and forward: keys to commands, events to widgets."""
