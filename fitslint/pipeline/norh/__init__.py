"""The Nobeyama Radioheliograph: its databases, series, images and emission, without IDL."""
