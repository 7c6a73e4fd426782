"""Rules × dictionaries × profile → findings."""
