"""Sources in an image of counts, by a stack of wavelets (Freeman et al. 2002, ApJS 138, 185).

- ``wavelets`` finds the pixels of every scale that background alone does not explain;
- ``sources`` makes sources of them and measures those, ``files`` writes list and regions.
"""
