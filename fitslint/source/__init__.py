"""Opening things: files, compressed files, header texts, standard input, folders.

- ``walk.py`` turns what is named on the command line into files, by ``patterns.py`` and
  ``sniff.py``; ``nearby.py`` suggests the file that was meant;
- ``files.py`` makes a file of a path, bytes or a stream, through ``readers.py`` and, where it is
  packed, ``packed_reader.py`` (``wrappers.py`` knows the wrappers, ``lzw.py`` is one of them);
- ``image.py`` gives the pixels of an image, ``astropy_objects.py`` the headers that astropy holds;
- ``journals.py`` and ``leftovers.py`` know what repairs keep beside the files.

An exception of the program around (``foreign_errors.py``) goes on to it; of what a file holds
nothing is raised.
"""
