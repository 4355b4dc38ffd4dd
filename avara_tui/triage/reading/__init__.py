"""Brings studies in, keeps them fresh, and says how far they may be believed."""
