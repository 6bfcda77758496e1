"""How good an exported model is: scores, baselines, the report."""
