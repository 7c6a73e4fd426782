"""Whose dictionaries hold for a file: recognised by its header or name, and chained.

``recognise.py`` tells the authority; ``chain.py`` puts its dictionaries in order, in which the
first that has a keyword decides; ``user_dictionaries.py`` adds those of the user.
"""
