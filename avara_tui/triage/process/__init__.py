"""The program's own process: its threads, its memory, its secrets, its end."""
