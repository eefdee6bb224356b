"""The instructor's seed, which hidden cases are drawn with."""

from __future__ import annotations

from pathlib import Path

from autograder.submissions.load import SubmissionError

__all__ = ["read_secret"]


def read_secret(seed_file: Path | None) -> str | None:
    """The secret in a seed file. Raises SubmissionError where there is none in it."""
    if seed_file is None:
        return None
    try:
        text = seed_file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise SubmissionError(f"cannot read the seed file {seed_file}: {error.strerror}") from error
    if not text:
        raise SubmissionError(f"the seed file is empty: {seed_file}")
    return text
