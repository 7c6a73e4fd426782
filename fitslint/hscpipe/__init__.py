"""What hscPipe calls its files, and how headers of Hyper Suprime-Cam tell what a file is.

``names.py`` builds and takes apart file names, ``identity.py`` asks headers. Rules, products
and the pipeline share them.
"""
