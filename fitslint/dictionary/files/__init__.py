"""Dictionary files: read entry by entry, or whole with their lines, and held to the schema.

- ``load.py`` is what a check uses: the dictionaries of this distribution, entry by entry;
- a dictionary of a user is read whole: ``document.py`` (text, tables), ``positions.py`` (on which
  line a key stands) and ``schema.py`` (what does not follow the schema, in sentences);
- ``toml_writer.py`` writes one.
"""
