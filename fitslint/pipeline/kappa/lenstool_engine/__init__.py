"""The program Lenstool as a second engine: run on a corrected model, and held against our own."""
