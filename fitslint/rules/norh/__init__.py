"""NR: headers of the Nobeyama Radioheliograph (HeliogFITS 2.0)."""
