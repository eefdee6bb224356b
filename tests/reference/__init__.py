"""The references against independent sources: torch, scikit-learn, derivations by hand."""
