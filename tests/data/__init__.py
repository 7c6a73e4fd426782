"""Reading data units, and the rules on them."""
