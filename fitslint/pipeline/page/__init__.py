"""Pages with pictures that need nothing beside them, and the peaks that they tell of."""
