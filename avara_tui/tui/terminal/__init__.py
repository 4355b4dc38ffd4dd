"""What reaches the terminal and what comes from it: all that is private to Textual is here."""
