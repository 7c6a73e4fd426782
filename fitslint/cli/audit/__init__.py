"""``fitslint audit``: archives of many files."""
