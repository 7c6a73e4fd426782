"""Coordinates, positions and times of one header, measured against one another."""
