"""Images from correlations: a simulated array with known truth, calibration, CLEAN, restoration.

- ``scene.py`` says what is on the sky, ``visibility.py`` what the array sees of it;
- ``calibrate.py`` finds the gains of the antennas from redundant pairs, ``pointing.py`` what those
  leave open from the disk;
- ``dirty.py`` makes the dirty map, ``clean.py`` takes it apart, ``restore.py`` puts it together;
- ``imager.py`` does all of that for one frame.
"""
