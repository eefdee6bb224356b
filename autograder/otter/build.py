"""Build what Otter and Gradescope need: autograder archives that hold our grader, and student notebooks."""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.assessment.catalog import data_folders, unit, units
from autograder.assessment.unitfile import CompiledUnit
from autograder.classroom.seed import read_secret
from autograder.otter.notebooks import student_notebook
from autograder.otter.wheel import write_wheel
from autograder.submissions.load import SubmissionError

__all__ = ["ARCHIVE", "ENTRY_ARCHIVE", "UNITS_FOLDER", "build_autograder", "build_notebooks", "choose_units"]

ARCHIVE = "autograder.zip"
#: The same with an entry notebook, without which `otter run` refuses several files and folders.
ENTRY_ARCHIVE = "autograder-zip.zip"
#: Where an archive holds units that are not ours.
UNITS_FOLDER = "units"
# Where Gradescope and `otter grade` unpack the archive.
_REMOTE = "/autograder"
_PLUGIN = "autograder.otter.plugin.ChainrulePlugin"
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

    from autograder.otter.plugin import gather_submission

    gather_submission(Path("{_REMOTE}/submission"))
{_RUN}"""


def choose_units(names: Sequence[str]) -> tuple[list[CompiledUnit], list[CompiledUnit]]:
    """The units that an archive is for, and those that are left out because they need more than NumPy.

    Args:
        names: the units that were asked for; none for all that need nothing else.

    Raises:
        CatalogError: there is no such unit.
    """
    if names:
        return sorted({unit(name) for name in names}, key=lambda each: each.name), []
    all_units = units()
    return [each for each in all_units if not _needs(each)], [each for each in all_units if _needs(each)]


def build_autograder(output: Path, seed_file: Path | None, chosen: Sequence[CompiledUnit]) -> Path:
    """Write `autograder.zip` for `otter run`, `otter grade` and Gradescope, and `autograder-zip.zip`.

    With the first, `otter run` takes a .py, a .ipynb, or a zip archive with one of them at its top; with the second,
    archives of several .py files or of folders. On Gradescope and with `otter grade` the first is enough for all.

    Args:
        output: folder to write to; made if it does not exist.
        seed_file: a file with the secret of the hidden cases, or None.
        chosen: the units that it grades.

    Returns:
        The path of `autograder.zip`.

    Raises:
        SubmissionError: otter-grader is not installed, or the seed file is not readable or empty.
        CatalogError, OracleError: the hidden cases cannot be built here.
    """
    _require_otter()
    hidden = _hidden_files(read_secret(seed_file), chosen)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chainrule-") as temporary:
        members = {**_members(Path(temporary), chosen, list(hidden)), **hidden, **_kept_elsewhere(chosen)}
    from autograder.otter.plugin import ENTRY, entry_notebook

    _write_archive(output / ENTRY_ARCHIVE, {**members, f"files/{ENTRY}": entry_notebook().encode()})
    _write_archive(output / ARCHIVE, members)
    return output / ARCHIVE


def build_notebooks(output: Path, chosen: Sequence[CompiledUnit]) -> list[Path]:
    """Write one student notebook per unit into the folder `notebooks`.

    Args:
        output: folder to write to; made if it does not exist.
        chosen: the units.

    Returns:
        The notebooks' paths, in order.

    Raises:
        SubmissionError: nbformat is not installed.
        CatalogError: the stubs are not installed.
    """
    folder = output / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for each in chosen:
        paths.append(folder / f"{each.name}.ipynb")
        paths[-1].write_text(student_notebook(each), encoding="utf-8")
    return paths


def _require_otter() -> None:
    try:
        import otter.generate  # noqa: F401 - to find out whether it can be imported
    except ImportError as error:
        raise SubmissionError("building needs otter-grader: pip install 'chainrule[otter]'") from error


def _needs(unit: CompiledUnit) -> list[str]:
    """Packages besides NumPy that most of a unit's exercises need: it is about them."""
    needed = [each.requires for each in unit.exercises]
    return sorted(set.intersection(*map(set, needed))) if needed else []


def _hidden_files(secret: str | None, chosen: Sequence[CompiledUnit]) -> dict[str, bytes]:
    """The files of the hidden cases, by their names in the archive."""
    if secret is None:
        return {}
    from autograder.authoring.hidden import hidden_units

    found = hidden_units(secret, [each.name for each in chosen])
    return {f"hidden/{name}.zip": hidden.path.read_bytes() for name, hidden in found.items()}


def _kept_elsewhere(chosen: Sequence[CompiledUnit]) -> dict[str, bytes]:
    """The compiled files of units that our wheel does not hold, by their names in the archive."""
    own = data_folders()[0]
    return {
        f"{UNITS_FOLDER}/data/{each.path.name}": each.path.read_bytes() for each in chosen if each.path.parent != own
    }


def _members(temporary: Path, chosen: Sequence[CompiledUnit], hidden: Sequence[str]) -> dict[str, bytes]:
    """What the archive holds besides hidden cases: what Otter generates, adapted, and our wheel."""
    wheel = write_wheel(temporary)
    members = dict(_generated(temporary, wheel.name, chosen, hidden))
    members["setup.sh"] += _SETUP.encode()
    if members["run_otter.py"].count(_RUN.encode()) != 1:
        raise SubmissionError("this otter-grader is not one that we know: pip install 'chainrule[otter]'")
    members["run_otter.py"] = members["run_otter.py"].replace(_RUN.encode(), _GATHER_AND_RUN.encode())
    return {**members, wheel.name: wheel.read_bytes()}


def _generated(
    temporary: Path, wheel: str, chosen: Sequence[CompiledUnit], hidden: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Let Otter generate an autograder, and give its files."""
    from otter.generate import main as generate

    tests = temporary / "tests"
    tests.mkdir()
    (tests / "chainrule.py").write_text(_TEST, encoding="utf-8")
    (temporary / "otter_config.json").write_text(json.dumps(_config(chosen, hidden)), encoding="utf-8")
    # Grading needs NumPy alone; a student's own code may be about torch, or draw with matplotlib.
    further = sorted({name for each in chosen for entry in each.exercises for name in entry.requires})
    requirements = [f"chainrule @ file://{_REMOTE}/source/{wheel}", *further]
    (temporary / "requirements.txt").write_text("\n".join(requirements) + "\n", encoding="utf-8")
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


def _config(chosen: Sequence[CompiledUnit], hidden: Sequence[str]) -> dict[str, object]:
    plugin = {
        "sandbox": "strongest",
        "units": [each.name for each in chosen],
        "hidden": {Path(name).stem: name for name in hidden},
    }
    # Results that say something about hidden cases are shown once the instructor has published grades.
    shown = {"show_hidden": True, "show_all_public": not hidden, "force_public_test_summary": False}
    return {"plugins": [{_PLUGIN: plugin}], **shown}


def _write_archive(path: Path, members: Mapping[str, bytes]) -> None:
    """Write an archive as a whole or not at all, and for its owner alone: it may hold hidden cases."""
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
