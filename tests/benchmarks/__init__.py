"""Benchmarks: each compares things within one run, because machines differ and are noisy."""
