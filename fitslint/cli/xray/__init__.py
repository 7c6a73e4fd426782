"""``fitslint xray``: images of clusters, their bins and regions."""
