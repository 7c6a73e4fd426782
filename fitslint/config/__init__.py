"""Settings: their defaults, their files, their schema."""
