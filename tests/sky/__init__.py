"""Good headers of telescopes, made from a seed, and faults of coordinates planted in them."""
