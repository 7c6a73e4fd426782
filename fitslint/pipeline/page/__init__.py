"""Pages with pictures that need nothing beside them, and the peaks that they tell of.

``template.py`` fills templates, in which every text is escaped; ``figures.py`` puts pictures into
the page itself; ``demo.py`` has what pages of demonstrations show; ``peaks.py`` finds maxima.
"""
