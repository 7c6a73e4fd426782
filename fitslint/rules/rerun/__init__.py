"""Rules on a rerun of hscPipe as a whole, which `fitslint hsc check` asks."""
