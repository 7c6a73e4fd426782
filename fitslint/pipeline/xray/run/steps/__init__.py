"""The steps of a run, one module each: which tasks a configuration makes, and what they do."""
