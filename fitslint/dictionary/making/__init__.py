"""Making dictionaries: from a starter, or from what the headers of an archive hold.

``starter.py`` gives one to begin with. From an archive: ``infer.py`` learns the keywords of headers
in bounded memory, ``draft.py`` makes a dictionary of that, and ``cleanup.py`` takes out of it what
nobody could use. ``proposals.py`` builds names for a phrase of ``abbreviations.py``.
"""
