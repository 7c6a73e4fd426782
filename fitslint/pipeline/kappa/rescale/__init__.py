"""Maps of lensing brought to another source redshift."""
