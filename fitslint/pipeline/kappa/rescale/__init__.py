"""Maps of lensing brought to another source redshift.

``normalisation.py`` tells which D_ls/D_s a map holds and by which factor it holds another,
``pixels.py`` multiplies them as they stream by, ``rescale.py`` writes the product.
"""
