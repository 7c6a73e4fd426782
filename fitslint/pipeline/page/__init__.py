"""Pages with pictures that need nothing beside them; every report of a pipeline is one."""
