"""A rerun of hscPipe as a whole: ``layout`` finds its files by name, ``judge`` what is wrong."""
