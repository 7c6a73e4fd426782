"""The steps of the pipeline from events to a flux map, each from files to files.

- ``observation`` finds the files of an observation and what they tell together;
- ``reprocess`` filters its events, ``deflare`` takes flares away and finds sources, ``merge`` puts
  observations together, ``scale`` makes of their flux what is binned;
- ``result`` is what a step tells of itself.
"""
