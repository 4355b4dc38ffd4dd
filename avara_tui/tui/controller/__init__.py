"""What is about the session as a whole: its wiring, lock, profiles, alarm, settings, help."""
