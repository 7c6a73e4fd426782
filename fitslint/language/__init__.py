"""The languages other than English: tables of what the code says, and how one is chosen."""
