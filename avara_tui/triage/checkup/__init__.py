"""What the program sees of the place it runs in, each thing with a verdict and a remedy."""
