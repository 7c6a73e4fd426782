"""Keyword names: their characters, their indices, and how near they come to reserved names."""
