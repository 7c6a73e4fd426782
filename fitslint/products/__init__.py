"""Products: the headers that make the files of a pipeline conform, and writing them."""
