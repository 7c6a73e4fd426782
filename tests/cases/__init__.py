"""Small files whose right answer is known: what is told, and what a repair leaves alone."""
