"""Lets `pytest exercises/` collect the exercises: one item per case."""

from autograder.pytest_plugin import *  # noqa: F403 - exactly the hooks that the plugin offers
