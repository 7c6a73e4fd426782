"""A cluster of our own for the demonstration: a model like that of Abell 1689, and its members."""
