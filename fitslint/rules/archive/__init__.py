"""Rules on what an archive keeps beside its files, and across its files."""
