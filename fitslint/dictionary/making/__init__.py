"""Making dictionaries: from a starter, or from what the headers of an archive hold."""
