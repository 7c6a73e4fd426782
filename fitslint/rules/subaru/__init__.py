"""What the Subaru Telescope demands of its headers and dictionary data cannot say."""
