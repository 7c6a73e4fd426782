"""Lists of events: read in chunks, filtered, written.

- ``intervals`` is the arithmetic of good time, ``table`` reads rows of a binary table in chunks;
- ``event_file`` knows what a list of Chandra has, ``writer`` writes one;
- ``cards`` has the cards that an observation hands on.
"""
