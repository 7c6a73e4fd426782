"""Dictionary files: read entry by entry, or whole with their lines, and held to the schema."""
