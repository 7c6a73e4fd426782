"""One JSON runs the eight steps, from event lists to bins and where they are on the sky.

- ``config`` reads the JSON, ``flags`` keeps in it which steps are done;
- ``paths`` has the names of the files, ``plan`` the tasks in their order;
- ``steps`` does them, ``ciao`` does so with the tools of others.
"""
