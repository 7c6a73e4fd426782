"""What a schema cannot say of a dictionary; every module looks at one side of it."""
