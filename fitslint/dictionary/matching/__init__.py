"""The entries of a dictionary, and which of them a keyword belongs to."""
