"""The lensing of each profile of mass, added to maps block by block."""
