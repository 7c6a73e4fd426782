"""Which cards a product needs: from its dictionary, the facts, and what its header says already."""
