"""Reserved keywords and widespread conventions: types, places and values (RK)."""
