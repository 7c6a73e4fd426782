"""Repair of headers: plan in memory, check again, write so that no crash can lose a byte.

A file goes through these modules from the top to the bottom:

- ``repair/fixing.py`` has it from its first look to its last; ``repair/stream.py`` opens it,
  ``repair/corrections.py`` puts corrections kept beside it over it, in memory;
- ``repair/plan.py`` runs the rounds of ``repair/loop.py``: ``repair/choose.py`` says which fixes go
  together, ``repair/rounds.py`` applies them in memory (``repair/blocks.py`` makes the bytes of a
  header, ``repair/sums.py`` its CHECKSUM), reads and judges again;
- ``repair/safeguards.py`` and ``repair/readings.py`` leave out a fix of which something worse
  comes, or by which a value would be lost; ``repair/result.py`` makes the plan of what is left;
- ``repair/writing.py`` tells ``repair/log.py`` before and after ``repair/write`` has written, or
  ``repair/together.py`` gathers small files first; ``repair/undo.py`` takes it back.

``repair/byhand.py`` and ``repair/hand.py`` take the same road with what a person asks for, and
``repair/memory.py`` with what astropy holds. A plan is a list of patches on the uncompressed
stream: bytes that no patch names stay as they are, and a file is never held whole in memory.
"""
