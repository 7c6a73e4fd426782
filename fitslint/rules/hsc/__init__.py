"""Rules on single files of hscPipe: names, tracts, archives of objects, planes, catalogues."""
