"""What an entry demands of values: constraints, formats, numbers, expressions over keywords."""
