"""What hscPipe calls its files, and how headers of Hyper Suprime-Cam tell what a file is."""
