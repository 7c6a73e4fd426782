"""The quality report on a run: what was made, and whether it holds together.

- ``products`` reads the files of a run, ``lines`` judges them, ``sources`` and ``peaks`` hold them
  against a catalogue and a convergence map;
- ``figures`` draws, ``page`` writes HTML and JSON.
"""
