"""Build what Otter and Gradescope need: autograder archives that hold our grader, and student notebooks."""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.catalog import units
from autograder.prepare import read_secret
from autograder.student_notebook import student_notebook
from autograder.submission import SubmissionError
from autograder.wheel import write_wheel

__all__ = ["ARCHIVE", "ENTRY_ARCHIVE", "build_autograder", "build_notebooks"]

ARCHIVE = "autograder.zip"
#: The same with an entry notebook, without which `otter run` refuses several files and folders.
ENTRY_ARCHIVE = "autograder-zip.zip"
# Where Gradescope and `otter grade` unpack the archive.
_REMOTE = "/autograder"
_PLUGIN = "autograder.otter_plugin.ChainrulePlugin"
# Otter insists on a test; what counts comes from the plugin.
_TEST = '''from otter.test_files import test_case

OK_FORMAT = False
name = "chainrule"
points = 0


@test_case()
def graded_by_the_plugin():
    """Nothing: Otter executes an empty notebook, and the plugin reports our grades."""
'''
_SETUP = """
# chainrule: bubblewrap keeps student code apart. A container may forbid namespaces: then an unprivileged user does,
# who has to be able to reach this Python.
apt-get install -y bubblewrap || echo "bubblewrap is not available here"
chmod 711 /root
"""
_SCRIPTS = ("run_autograder", "setup.sh")
_RUN = f'    run_autograder("{_REMOTE}")'
_GATHER_AND_RUN = f"""    from pathlib import Path

    from autograder.otter_plugin import gather_submission

    gather_submission(Path("{_REMOTE}/submission"))
{_RUN}"""


def build_autograder(output: Path, seed_file: Path | None) -> Path:
    """Write `autograder.zip` for `otter run`, `otter grade` and Gradescope, and `autograder-zip.zip`.

    With the first, `otter run` takes a .py, a .ipynb, or a zip archive with one of them at its top; with the second,
    archives of several .py files or of folders. On Gradescope and with `otter grade` the first is enough for all.

    Args:
        output: folder to write to; made if it does not exist.
        seed_file: a file with the secret of the hidden cases, or None.

    Returns:
        The path of `autograder.zip`.

    Raises:
        SubmissionError: otter-grader is not installed, or the seed file is not readable or empty.
    """
    _require_otter()
    secret = read_secret(seed_file)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chainrule-") as temporary:
        members = _members(Path(temporary), secret)
    from autograder.otter_plugin import ENTRY, entry_notebook

    _write_archive(output / ENTRY_ARCHIVE, {**members, f"files/{ENTRY}": entry_notebook().encode()})
    _write_archive(output / ARCHIVE, members)
    return output / ARCHIVE


def build_notebooks(output: Path) -> list[Path]:
    """Write one student notebook per unit into the folder `notebooks`.

    Args:
        output: folder to write to; made if it does not exist.

    Returns:
        The notebooks' paths, in order.

    Raises:
        SubmissionError: nbformat is not installed.
        CatalogError: the model answers, from which stubs are made, are not installed.
    """
    folder = output / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for unit in units():
        paths.append(folder / f"{unit.name}.ipynb")
        paths[-1].write_text(student_notebook(unit), encoding="utf-8")
    return paths


def _require_otter() -> None:
    try:
        import otter.generate  # noqa: F401 - to find out whether it can be imported
    except ImportError as error:
        raise SubmissionError("building needs otter-grader: pip install 'chainrule[otter]'") from error


def _members(temporary: Path, secret: str | None) -> dict[str, bytes]:
    """What the archive holds: what Otter generates, adapted, and our wheel."""
    wheel = write_wheel(temporary)
    members = dict(_generated(temporary, wheel.name, secret))
    members["setup.sh"] += _SETUP.encode()
    if members["run_otter.py"].count(_RUN.encode()) != 1:
        raise SubmissionError("this otter-grader is not one that we know: pip install 'chainrule[otter]'")
    members["run_otter.py"] = members["run_otter.py"].replace(_RUN.encode(), _GATHER_AND_RUN.encode())
    return {**members, wheel.name: wheel.read_bytes()}


def _generated(temporary: Path, wheel: str, secret: str | None) -> Iterator[tuple[str, bytes]]:
    """Let Otter generate an autograder, and give its files."""
    from otter.generate import main as generate

    tests = temporary / "tests"
    tests.mkdir()
    (tests / "chainrule.py").write_text(_TEST, encoding="utf-8")
    (temporary / "otter_config.json").write_text(json.dumps(_config(secret)), encoding="utf-8")
    # Only the gradients of hidden cases are computed there; those of the public ones are in the wheel.
    extra = "[torch]" if secret else ""
    requirement = f"chainrule{extra} @ file://{_REMOTE}/source/{wheel}"
    (temporary / "requirements.txt").write_text(f"{requirement}\n", encoding="utf-8")
    generate(
        tests_dir=str(tests),
        output_path=str(temporary / ARCHIVE),
        config=str(temporary / "otter_config.json"),
        requirements=str(temporary / "requirements.txt"),
        no_environment=True,
        lang="python",
        python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
    )
    with zipfile.ZipFile(temporary / ARCHIVE) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _config(secret: str | None) -> dict[str, object]:
    plugin: dict[str, object] = {"sandbox": "strongest"}
    if secret is not None:
        plugin["secret"] = secret
    # Results that say something about hidden cases are shown once the instructor has published grades.
    shown = {"show_hidden": True, "show_all_public": secret is None, "force_public_test_summary": False}
    return {"plugins": [{_PLUGIN: plugin}], **shown}


def _write_archive(path: Path, members: Mapping[str, bytes]) -> None:
    """Write an archive as a whole or not at all, and for its owner alone: it may hold the secret."""
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.touch(mode=0o600)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.external_attr = (0o755 if name in _SCRIPTS else 0o644) << 16
                archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
