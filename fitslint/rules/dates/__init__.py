"""Dates and times: how they are written, and whether the keywords of a header agree on them."""
