"""Time coordinates: reference epoch, place and direction, bins, the observatory (section 9)."""
