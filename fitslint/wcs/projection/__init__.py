"""The projections of the sphere by their three-letter codes."""
