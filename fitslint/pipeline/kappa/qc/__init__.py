"""Quality control of convergence maps, line by line, with pictures."""
