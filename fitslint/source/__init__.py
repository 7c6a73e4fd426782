"""Opening things: files, compressed files, header texts, standard input, folders."""
