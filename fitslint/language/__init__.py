"""The languages other than English: tables of what the code says, and lines as wide as they are."""
