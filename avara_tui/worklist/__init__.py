"""The domain, pure and synchronous: which studies there are, in what order, and what changed."""
