"""Rules on maps of the pipelines: their numbers held against each other."""
