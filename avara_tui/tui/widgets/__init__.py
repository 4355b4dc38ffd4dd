"""One widget a file. Each draws lines and repaints only the cells that changed."""
