"""Reports: text for people, JSON for machines."""
