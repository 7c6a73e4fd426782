"""The files of Lenstool: parameter files, catalogues, samples. They are read and never written.

- ``parse.py`` makes a ``parameter_file.py`` of any bytes: sections, statements, words with their
  places, by the words of ``vocabulary.py``;
- ``semantics.py`` says what Lenstool takes from it (lenses, planes, maps), with the values of
  ``defaults.py`` where it says nothing and the habits of ``quirks.py``: rules and the pipeline both
  ask it, so that a trap is told once;
- ``catalogue.py`` and ``bayes.py`` read what stands beside it, found by ``files.py``.
"""
