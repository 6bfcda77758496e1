"""From networks to formulas: distilled and discovered."""
