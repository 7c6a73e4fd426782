"""``fitslint norh``: the Nobeyama Radioheliograph."""
