"""Brings a viewer link to a browser: on this machine, or on the one the person sits at."""
