"""Synthetic data: the same for the same number of studies, seed and time."""
