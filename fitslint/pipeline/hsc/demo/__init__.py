"""The demonstration: visits are simulated, solved jointly, and held against their truth."""
