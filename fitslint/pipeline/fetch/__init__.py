"""Files from the net: resumed where they broke, checked, and never half there."""
