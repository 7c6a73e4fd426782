"""One TOML runs everything: fetch, maps, rescale, quality report, and what need not be repeated."""
