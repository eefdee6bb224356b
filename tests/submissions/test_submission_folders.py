"""Folders, archives and classes of submissions are told apart and read within their bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.submissions.folder import with_siblings
from autograder.submissions.load import Submission, SubmissionError, find_submissions, load_submission

EXERCISES = {
    "u05_losses": ["mse", "cross_entropy"],
    "u04_activations": ["relu", "sigmoid", "softmax", "gelu"],
}
SOFTMAX = "def softmax(logits):\n    return logits\n"
LOSSES = "def mse(a, b):\n    return a - b\n\n\nclass cross_entropy:\n    x = 1\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def load(folder: Path, files: Mapping[str, str]) -> Submission:
    """Load a submission: a folder of these files, or the file where there is one."""
    write(folder, files)
    return load_submission(folder / next(iter(files)) if len(files) == 1 else folder, EXERCISES)


def problem(folder: Path, name: str, content: str) -> str:
    """Load a submission of one file that cannot be read, and return the line about it."""
    submission = load(folder, {name: content})
    assert submission.units == {}
    assert list(submission.problems) == [name]
    return submission.problems[name].removeprefix(f"{name}: ")


def taken_from(submission: Submission) -> dict[str, str]:
    """Tell from which file each unit was taken."""
    return {unit: source.path for unit, source in submission.units.items()}


class TestFoldersAndArchives:
    def test_units_are_found_in_folders(self, tmp_path: Path) -> None:
        """Paths are relative to the submission."""
        files = {"week1/u04_activations.py": SOFTMAX, "week2/u05_losses.py": LOSSES, "README.md": "hello"}
        expected = {"u04_activations": "week1/u04_activations.py", "u05_losses": "week2/u05_losses.py"}
        assert taken_from(load(tmp_path, files)) == expected

    def test_units_are_found_in_archives(self, tmp_path: Path) -> None:
        """A top folder inside the archive is fine, and helpers are beside the unit."""
        with zipfile.ZipFile(tmp_path / "alice.zip", "w") as target:
            target.writestr("hw/u04_activations.py", SOFTMAX)
            target.writestr("hw/helper.py", "x = 1")
            target.writestr("__MACOSX/hw/._u04_activations.py", b"\0\0")
        submission = load_submission(tmp_path / "alice.zip", EXERCISES)
        assert taken_from(submission) == {"u04_activations": "hw/u04_activations.py"}
        assert (submission.modules, submission.problems) == ({"helper": "x = 1"}, {})

    def test_a_broken_archive_is_one_line(self, tmp_path: Path) -> None:
        """The student reads that the upload was no archive."""
        assert problem(tmp_path, "alice.zip", "x").startswith("not a readable zip archive (")

    @pytest.mark.parametrize("packed", [False, True])
    def test_nothing_gradable_is_a_problem(self, tmp_path: Path, packed: bool) -> None:
        """A folder or an archive without a source file says so."""
        path = write(tmp_path / "alice", {"data.csv": "1"})
        if packed:
            path = tmp_path / "alice.zip"
            with zipfile.ZipFile(path, "w") as target:
                target.writestr("data.csv", "1")
        submission = load_submission(path, EXERCISES)
        assert list(submission.problems) == [path.name]
        expected = f"{path.name}: nothing to grade: holds no .py or .ipynb file (looked for files named "
        assert submission.problems[path.name].startswith(expected)

    def test_only_helpers_are_a_problem(self, tmp_path: Path) -> None:
        """Several files of which none is a unit are reported under the submission's name."""
        folder = write(tmp_path / "alice", {"a.py": "x = 1", "b.py": "y = 2"})
        line = load_submission(folder, EXERCISES).problems["alice"]
        assert line.startswith("alice: nothing to grade: none of its files is a unit (looked for")

    def test_a_link_to_another_file_is_not_followed(self, tmp_path: Path) -> None:
        """A submission cannot hand in the instructor's model answer."""
        write(tmp_path, {"secret/u04_activations.py": SOFTMAX})
        (tmp_path / "alice").mkdir()
        (tmp_path / "alice" / "u04_activations.py").symlink_to(tmp_path / "secret" / "u04_activations.py")
        submission = load_submission(tmp_path / "alice", EXERCISES)
        assert submission.units == {}
        assert list(submission.problems) == ["u04_activations.py"]

    def test_another_kind_of_file_is_a_problem(self, tmp_path: Path) -> None:
        """A student's wrong format is never an error of the grader."""
        assert problem(tmp_path, "alice.pdf", "%PDF") == "not a .py, .ipynb or .zip file"

    def test_a_missing_path_is_the_callers_mistake(self, tmp_path: Path) -> None:
        """The line repeats the path as it was given."""
        path = tmp_path / "nobody.py"
        with pytest.raises(SubmissionError, match=r"^no such file or folder: .*nobody\.py$"):
            load_submission(path, EXERCISES)

    @pytest.mark.parametrize(
        ("entry", "name"),
        [
            ("Jane Doe_123 (late).py", "Jane_Doe_123_late"),
            ("李明.py", "李明"),
            ("-rf.py", "rf"),
            ("$(reboot); .py", "reboot"),
            ("!!!.py", "submission"),
            ("a" * 200 + ".py", "a" * 100),
        ],
    )
    def test_names_are_safe(self, tmp_path: Path, entry: str, name: str) -> None:
        """A submission's name has no character that a shell or a file system minds."""
        assert load(tmp_path, {entry: SOFTMAX}).name == name

    def test_a_folder_keeps_its_whole_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A dot in a folder's name starts no extension, and '.' has a name."""
        folder = write(tmp_path / "doe.jane", {"u04_activations.py": SOFTMAX})
        monkeypatch.chdir(folder)
        assert [load_submission(path, EXERCISES).name for path in (folder, Path())] == ["doe.jane"] * 2


LAYERS = {
    "u04_activations/__init__.py": '"""Lesson."""\n\nfrom .rectifiers import relu\nfrom .smooth import gelu\n',
    "u04_activations/rectifiers.py": "from .smooth import LIMIT\n\n\ndef relu(x):\n    return max(x, LIMIT)\n",
    "u04_activations/smooth.py": "import math\n\nLIMIT = 0\n\n\ndef gelu(x):\n    return math.erf(x)\n",
}


def placed(folder: str, files: Mapping[str, str] = LAYERS) -> dict[str, str]:
    """The files of the unit's folder, further down."""
    return {f"{folder}/{name}": text for name, text in files.items()}


class TestFoldersOfModules:
    MERGED = (
        '"""Lesson."""\n\nimport math\n\n\n'
        "def relu(x):\n    return max(x, LIMIT)\n\n\nLIMIT = 0\n\n\ndef gelu(x):\n    return math.erf(x)\n"
    )

    def test_a_folder_stands_for_the_units_file(self, tmp_path: Path) -> None:
        """Beside other units' files; its modules are neither units nor helpers."""
        submission = load(tmp_path, {**LAYERS, "u05_losses.py": LOSSES, "helper.py": "x = 1"})
        assert taken_from(submission) == {"u04_activations": "u04_activations", "u05_losses": "u05_losses.py"}
        (chunk,) = submission.units["u04_activations"].chunks
        assert (chunk.name, chunk.source) == ("u04_activations (merged)", self.MERGED)
        assert submission.modules == {"helper": "x = 1"}
        assert (submission.notes, submission.problems) == ((), {})

    def test_the_folder_itself_is_a_submission(self, tmp_path: Path) -> None:
        """It is found by its name, whoever is asked."""
        write(tmp_path, LAYERS)
        assert find_submissions(tmp_path / "u04_activations", EXERCISES) == [tmp_path / "u04_activations"]
        submission = load_submission(tmp_path / "u04_activations", EXERCISES)
        assert [chunk.source for chunk in submission.units["u04_activations"].chunks] == [self.MERGED]

    def test_it_may_lie_deeper_and_in_an_archive(self, tmp_path: Path) -> None:
        """As a file may."""
        with zipfile.ZipFile(tmp_path / "alice.zip", "w") as target:
            for name, text in placed("week1").items():
                target.writestr(name, text)
        submission = load_submission(tmp_path / "alice.zip", EXERCISES)
        assert taken_from(submission) == {"u04_activations": "week1/u04_activations"}

    def test_a_folder_around_a_units_file_is_none(self, tmp_path: Path) -> None:
        """Whatever its name, and with or without an `__init__.py`: the file is the unit."""
        init = "from .u04_activations import relu\n"
        files = {"u04_activations/u04_activations.py": SOFTMAX, "u04_activations/__init__.py": init}
        expected = {"u04_activations": "u04_activations/u04_activations.py"}
        assert taken_from(load(tmp_path / "one", files)) == expected
        assert taken_from(load(tmp_path / "two", {**files, "u04_activations/__init__.py": ""})) == expected

    def test_without_an_init_modules_are_files_like_others(self, tmp_path: Path) -> None:
        """The one that defines most is taken."""
        files = {
            "u04_activations/a.py": "def relu(x): ...",
            "u04_activations/b.py": "def relu(x): ...\ndef gelu(x): ...",
        }
        assert taken_from(load(tmp_path, files)) == {"u04_activations": "u04_activations/b.py"}

    def test_one_of_two_is_taken(self, tmp_path: Path) -> None:
        """And the other one is named."""
        submission = load(tmp_path, {**placed("old"), "u04_activations.py": SOFTMAX})
        assert len(submission.units) == 1
        assert "not graded, u04_activations is taken from" in submission.notes[0]

    @pytest.mark.parametrize(
        ("name", "text", "problem"),
        [
            ("smooth.py", "def f(:", "u04_activations/smooth.py: line 1: not Python: invalid syntax"),
            ("smooth.py", "def relu(x): ...", "u04_activations/smooth.py: relu is something else in rectifiers.py"),
            ("__init__.py", "from .nothing import x", "u04_activations/__init__.py: line 1: there is no nothing.py in this folder"),
            ("smooth.py", "", "u04_activations/smooth.py: the file is empty"),
            ("big.py", "#" * 300_000, "u04_activations/__init__.py: too large: "),
        ],
    )  # fmt: skip
    def test_what_cannot_be_merged_is_a_line(self, tmp_path: Path, name: str, text: str, problem: str) -> None:
        """The student reads which file, and why; other units are graded."""
        submission = load(tmp_path, {**LAYERS, f"u04_activations/{name}": text, "u05_losses.py": LOSSES})
        assert list(submission.units) == ["u05_losses"]
        assert [line for line in submission.problems.values() if line.startswith(problem)]
        assert all("\n" not in line for line in submission.problems.values())

    def test_a_folder_of_another_unit_is_a_helper(self, tmp_path: Path) -> None:
        """Where only some units are graded, these may import the others."""
        submission = load_submission(
            write(tmp_path, {**placed("."), "u06_layers.py": "x = 1"}), {"u05_losses": ["mse"]}
        )
        assert submission.modules == {"u04_activations": self.MERGED, "u06_layers": "x = 1"}

    def test_folders_are_read_within_bounds(self, tmp_path: Path) -> None:
        """However many there are: the line names the first that is too much."""
        files = {f"u{n:02d}_x/__init__.py": "#" * 250_000 for n in range(10)}
        submission = load(tmp_path, {**files, "u05_losses.py": LOSSES})
        assert submission.problems["u08_x"] == "u08_x: too large: more than 2 MiB in folders of units"

    def test_a_link_to_the_model_answers_is_not_followed(self, tmp_path: Path) -> None:
        """A folder is no way around the check of files."""
        write(tmp_path / "secret", LAYERS)
        (tmp_path / "alice").mkdir()
        (tmp_path / "alice" / "u04_activations").symlink_to(tmp_path / "secret" / "u04_activations")
        assert load_submission(tmp_path / "alice", EXERCISES).units == {}

    def test_a_later_unit_imports_from_it(self, tmp_path: Path) -> None:
        """`check` of one file finds the earlier unit in the folder beside it; and a line where that is broken."""
        path = write(tmp_path, {**LAYERS, "u05_losses.py": LOSSES}) / "u05_losses.py"
        submission = with_siblings(load_submission(path, EXERCISES), path)
        assert submission.modules == {"u04_activations": self.MERGED}
        write(tmp_path, {"u04_activations/smooth.py": "def f(:"})
        submission = with_siblings(load_submission(path, EXERCISES), path)
        assert submission.modules == {}
        assert submission.notes == ("u04_activations/smooth.py: line 1: not Python: invalid syntax",)

    def test_it_imports_from_earlier_units(self, tmp_path: Path) -> None:
        """`check` of a folder finds what lies beside it, and not the folder itself."""
        write(tmp_path, {**LAYERS, "u02_gates.py": "x = 1"})
        path = tmp_path / "u04_activations"
        assert with_siblings(load_submission(path, EXERCISES), path).modules == {"u02_gates": "x = 1"}


class TestFindSubmissions:
    def test_a_folder_with_a_units_folder_is_one_submission(self, tmp_path: Path) -> None:
        """That folder has an `__init__.py`; without it, it is a class's."""
        write(tmp_path, LAYERS)
        assert find_submissions(tmp_path, EXERCISES) == [tmp_path]
        (tmp_path / "u04_activations" / "__init__.py").unlink()
        assert find_submissions(tmp_path, EXERCISES) == [tmp_path / "u04_activations"]

    @pytest.mark.parametrize("name", ["u04_activations.py", "U05_Losses.ipynb"])
    def test_a_folder_with_unit_files_is_one_submission(self, tmp_path: Path, name: str) -> None:
        """One file named after a unit is enough."""
        write(tmp_path, {name: SOFTMAX, "helper.py": "x = 1", "alice/u04_activations.py": SOFTMAX})
        assert find_submissions(tmp_path, EXERCISES) == [tmp_path]

    def test_a_file_is_one_submission(self, tmp_path: Path) -> None:
        """A file is a submission whatever it is; the loader says what is wrong with it."""
        write(tmp_path, {"alice.txt": "hello"})
        assert find_submissions(tmp_path / "alice.txt", EXERCISES) == [tmp_path / "alice.txt"]

    def test_a_class_is_its_visible_entries(self, tmp_path: Path) -> None:
        """Files, archives and folders count; what is no submission is passed over."""
        wanted = ["alice.py", "bob.ipynb", "carol.zip", "dave/x.py", "erin.PY"]
        mistaken = ["frank.pdf", "grace.rar", "u04_activations.py.txt", "u04_activations"]
        ignored = ["README.md", "grades.csv", "a.json", "b.txt", "meta.yml", ".hidden.py", "__init__.py"]
        ignored += ["__pycache__/a.py", "__MACOSX/a.py", ".git/a.py", "conftest.py"]
        write(tmp_path, dict.fromkeys([*wanted, *mistaken, *ignored], "x = 1"))
        expected = sorted(tmp_path / name.split("/")[0] for name in [*wanted, *mistaken])
        assert find_submissions(tmp_path, EXERCISES) == expected

    def test_a_canvas_download_is_a_class(self, tmp_path: Path) -> None:
        """Renamed unit files of many students are many submissions."""
        names = ["doejane_1_2_u04_activations.py", "roe_3_4_u04_activations-1.py"]
        write(tmp_path, dict.fromkeys(names, SOFTMAX))
        assert find_submissions(tmp_path, EXERCISES) == [tmp_path / name for name in names]

    def test_a_link_given_by_the_caller_is_followed(self, tmp_path: Path) -> None:
        """The instructor's own link to a submission is read, also from elsewhere."""
        folder = write(tmp_path / "real" / "alice", {"u04_activations.py": SOFTMAX})
        (tmp_path / "here").mkdir()
        link = tmp_path / "here" / "latest"
        link.symlink_to(folder)
        (found,) = find_submissions(link, EXERCISES)
        assert list(load_submission(found, EXERCISES).units) == ["u04_activations"]

    @pytest.mark.parametrize("files", [{}, {"README.md": "hello"}])
    def test_an_empty_class_is_the_callers_mistake(self, tmp_path: Path, files: dict[str, str]) -> None:
        """A folder without submissions is one line."""
        write(tmp_path, files)
        with pytest.raises(SubmissionError, match=r"^no submissions in .*: no \.py, \.ipynb or \.zip file"):
            find_submissions(tmp_path, EXERCISES)

    def test_a_missing_class_is_the_callers_mistake(self, tmp_path: Path) -> None:
        """A mistyped path is one line."""
        with pytest.raises(SubmissionError, match=r"^no such file or folder: .*nowhere$"):
            find_submissions(tmp_path / "nowhere", EXERCISES)
