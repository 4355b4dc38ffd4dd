"""The screen: turns events into pictures and keys into use-cases."""
