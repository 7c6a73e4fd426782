"""Value fields: strings, logicals, numbers, and what reserved keywords expect of them."""
