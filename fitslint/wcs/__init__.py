"""Where pixels are: grids of positions on the sky, for the maps of the pipelines."""
