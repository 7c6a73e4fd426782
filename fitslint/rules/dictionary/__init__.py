"""What the keyword dictionaries of an authority demand of the headers that follow it."""
