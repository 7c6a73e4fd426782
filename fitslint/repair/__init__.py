"""Repair of headers: plan in memory, check again, write so that no crash can lose a byte.

A file takes one road, and is opened, read and judged on it once before and once after:

- ``fixer.py`` opens it (``stream.py``) and puts kept ``corrections.py`` over it; ``edit`` does so
  for what a person asks for, ``undo.py`` back again, ``astropy_headers.py`` for objects in memory;
- ``planner.py`` runs ``rounds.py``: ``select.py`` says which fixes go together, ``workspace.py``
  applies them (``header_bytes.py``), reads and judges; ``safeguards.py`` and ``reading_loss.py``
  say what is worse or lost; ``plan_builder.py`` makes the plan of what is left;
- ``logged_write.py`` has ``write`` carry it out, alone or together, and ``log.py`` told of it.

A fix is refused in one function, ``FixRounds.refuse_fix``, and a file is written in one,
``write_files`` of ``logged_write.py`` (only ``undo.py`` writes old bytes back past it). A plan is a
list of patches on the uncompressed stream: bytes that no patch names stay as they are.
"""
