"""Files behind a network: listed page by page, read by ranges."""
