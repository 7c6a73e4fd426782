"""The page of an audit: one file to look at, for ten files or ten million."""
