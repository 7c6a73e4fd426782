"""A simulated flare, and what the commands of ``fitslint norh`` make of it."""
