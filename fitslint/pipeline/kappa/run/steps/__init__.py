"""The steps of a run, one module each: which units a configuration makes, and what they do."""
