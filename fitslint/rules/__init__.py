"""The rules: one function a rule, one module a group."""
