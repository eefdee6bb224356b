"""Folders, archives and classes of submissions are told apart and read within their bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.submission import Submission, SubmissionError, find_submissions, load_submission

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


class TestFindSubmissions:
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
