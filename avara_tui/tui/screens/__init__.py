"""Screens lay out widgets, and forward keys and events to whoever stands behind them."""
