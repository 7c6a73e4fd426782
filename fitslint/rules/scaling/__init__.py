"""Rules on the scaling of images and what describes their values."""
