"""What sources radiate: gyrosynchrotron (Dulk 1985, Ramaty 1969), free-free, and the way back."""
