"""What the quality reports of the pipelines share: figures, peaks, and the page around them.

- ``drawing`` has figures and views of maps, ``peaks`` smooths images and finds their maxima;
- ``files`` loads the template of a page and writes what belongs to it.
"""
