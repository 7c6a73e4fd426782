"""The eight steps by the tools of CIAO, contbin and DS9: scripts for a person to read, and run.

``script`` writes and runs them, ``commands`` has their lines, ``tasks`` makes steps of them.
"""
