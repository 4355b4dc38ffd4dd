"""From nouns to lines of text with roles."""
