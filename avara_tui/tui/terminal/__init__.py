"""What reaches the terminal and what comes from it."""
