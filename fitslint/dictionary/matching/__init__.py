"""The entries of a dictionary, and which of them a keyword belongs to.

``entry.py`` is one keyword and what it may hold; ``match.py`` finds the entry of a keyword, exact
names before templates; ``spelling.py`` proposes a name for one that none has.
"""
