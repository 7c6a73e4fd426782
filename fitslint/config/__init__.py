"""Settings: their defaults, their files, their schema.

- ``settings.py`` has every setting with its default;
- ``options.py`` is the one table of what may be set, for the command line and for files;
- ``load.py`` finds the file that holds here and says where a value is from, ``dump.py`` writes the
  TOML that would say the same, ``waivers.py`` reads what somebody accepts;
- ``schema_files.py`` hands out the published schemas.
"""
