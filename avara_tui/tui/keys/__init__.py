"""What a key means, whose turn it is, and why an action cannot be done."""
