"""`chainrule otter build`: archives that bring our grader along, and nothing of the machine that made them."""

from __future__ import annotations

import json
import stat
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from autograder import cli
from autograder.assessment.catalog import unit
from autograder.otter import plugin as otter_plugin
from autograder.otter.build import ARCHIVE, ENTRY_ARCHIVE, build_autograder
from autograder.submissions.load import SubmissionError

#: Two units are enough to see what an archive is made of.
CHOSEN = [unit("gates"), unit("activations")]


class TestBuild:
    def test_the_archive_brings_its_grader(self, tmp_path: Path) -> None:
        """The wheel is at the top, is required by its path there, and needs no torch for public cases."""
        archive = zipfile.ZipFile(build_autograder(tmp_path, None, CHOSEN))
        (wheel,) = [name for name in archive.namelist() if name.endswith(".whl")]
        environment = archive.read("environment.yml").decode()
        assert f"- chainrule @ file:///autograder/source/{wheel}" in environment
        assert "bubblewrap" in archive.read("setup.sh").decode()
        assert archive.getinfo("run_autograder").external_attr >> 16 == 0o755
        assert [name for name in archive.namelist() if name.startswith("tests/")] == ["tests/chainrule.py"]
        more = set(zipfile.ZipFile(tmp_path / ENTRY_ARCHIVE).namelist()) - set(archive.namelist())
        assert more == {f"files/{otter_plugin.ENTRY}"}

    def test_it_installs_what_the_students_own_code_needs(self, tmp_path: Path) -> None:
        """An exercise that draws can be graded; a unit that needs NumPy alone brings nothing."""
        drawing, plain = (
            zipfile.ZipFile(build_autograder(tmp_path / name, None, [unit(name)])).read("environment.yml").decode()
            for name in ("training", "gates")
        )
        assert "- matplotlib\n" in drawing
        assert "matplotlib" not in plain
        assert "torch" not in drawing + plain

    def test_building_again_gives_the_same_files_and_leaves_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No time stamp, no temporary file, and no file of the folder that it is called in."""
        (tmp_path / "temporary").mkdir()
        (tmp_path / "otter_config.json").write_text("not ours", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
        first, second = (build_autograder(tmp_path / name / "deep", None, CHOSEN) for name in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
        assert sorted(path.name for path in first.parent.iterdir()) == sorted([ARCHIVE, ENTRY_ARCHIVE])
        assert list((tmp_path / "temporary").iterdir()) == []

    def test_a_seed_file_adds_hidden_cases_and_no_torch(self, tmp_path: Path) -> None:
        """Hidden cases come as a file, without the secret, and are not shown before grades are published."""
        (tmp_path / "seed").write_text("a secret\n", encoding="utf-8")
        path = build_autograder(tmp_path, tmp_path / "seed", CHOSEN)
        archive = zipfile.ZipFile(path)
        config = json.loads(archive.read("otter_config.json"))
        (plugin,) = config["plugins"][0].values()
        assert plugin["hidden"] == {each.name: f"hidden/{each.name}.zip" for each in CHOSEN}
        assert set(plugin["hidden"].values()) <= set(archive.namelist())
        assert "chainrule @ file:" in archive.read("environment.yml").decode()
        assert not [name for name in archive.namelist() if b"a secret" in archive.read(name)]
        assert (config["show_hidden"], config["show_all_public"]) == (True, False)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize(
        ("content", "message"), [(None, "cannot read the seed file"), ("  \n", "the seed file is empty")]
    )
    def test_a_bad_seed_file_is_one_line(self, tmp_path: Path, content: str | None, message: str) -> None:
        """Nothing is written without the secret that was asked for."""
        if content is not None:
            (tmp_path / "seed").write_text(content, encoding="utf-8")
        with pytest.raises(SubmissionError, match=message):
            build_autograder(tmp_path / "dist", tmp_path / "seed", CHOSEN)
        assert not (tmp_path / "dist").exists()

    def test_without_otter_the_command_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """One line on stderr, exit status 2, and nothing written."""
        monkeypatch.setitem(sys.modules, "otter.generate", None)
        monkeypatch.setattr(sys, "argv", ["chainrule", "otter", "build", "-o", str(tmp_path / "dist")])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        assert capsys.readouterr().err == "chainrule: building needs otter-grader: pip install 'chainrule[otter]'\n"
        assert not (tmp_path / "dist").exists()
