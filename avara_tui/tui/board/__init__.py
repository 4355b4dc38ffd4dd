"""Which studies are shown: worklist, filter, order, columns, marks, news."""
