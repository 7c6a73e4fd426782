"""The files of Lenstool: parameter files, catalogues, samples. They are read and never written."""
