"""Archives of many files: a manifest, shards of it, and what was found in them as Parquet."""
