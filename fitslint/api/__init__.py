"""The library: what ``import fitslint`` gives.

- :mod:`fitslint.api.check`: check a file, bytes, a stream, or what astropy holds in memory
- :mod:`fitslint.api.fix`: repair one, and what became of it
- :mod:`fitslint.api.report`: what was found
- :mod:`fitslint.api.settings`: the options of all of them, and :mod:`fitslint.api.arguments`: what
  they may be
"""
