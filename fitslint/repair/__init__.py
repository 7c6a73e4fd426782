"""Repair of headers: plan in memory, check again, write so that no crash can lose a byte.

A file goes through these modules from the top to the bottom:

- ``repair/fixer.py`` has it from its first look to its last; ``repair/stream.py`` opens it,
  ``repair/corrections.py`` puts corrections kept beside it over it, in memory;
- ``repair/planner.py`` runs the rounds of ``repair/rounds.py``: ``repair/select.py`` says which fixes go
  together, ``repair/workspace.py`` applies them in memory (``repair/header_bytes.py`` makes the bytes of a
  header, ``repair/checksum.py`` its CHECKSUM), reads and judges again;
- ``repair/safeguards.py`` and ``repair/reading_loss.py`` leave out a fix of which something worse
  comes, or by which a value would be lost; ``repair/plan_builder.py`` makes the plan of what is left;
- ``repair/logged_write.py`` tells ``repair/log.py`` before and after ``repair/write`` has written, or
  ``repair/batch.py`` gathers small files first; ``repair/undo.py`` takes it back.

``repair/edit.py`` and ``repair/keyword_edits.py`` take the same road with what a person asks for, and
``repair/astropy_headers.py`` with what astropy holds. A plan is a list of patches on the uncompressed
stream: bytes that no patch names stay as they are, and a file is never held whole in memory.
"""
