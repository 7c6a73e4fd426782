"""Files from the net: resumed where they broke, checked, and never half there.

- ``download.py`` gets one file: ``session.py`` connects, within bounds and with credentials for
  their host only, ``responses.py`` says what an answer means, ``transfer.py`` takes its bytes,
  ``partial_file.py`` knows what is there and whether it may be continued, ``limits.py`` tries
  again;
- ``digest.py`` keeps the SHA-256 beside the file;
- ``unpack.py`` opens tarballs of strangers;
- ``redmine.py`` and ``wayback.py`` know two kinds of place.
"""
