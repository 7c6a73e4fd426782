"""The program Lenstool as a second engine: run on a corrected model, and held against our own.

``jobs.py`` splits what is wanted into runs, for each of which ``parameter_file.py`` writes a file,
``process.py`` runs the program, and ``run.py`` makes products of its maps; ``compare.py`` holds
them against ours.
"""
