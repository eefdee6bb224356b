"""Files are collected within limits, and archives are not believed."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.submissions import archive
from autograder.submissions.archive import Collected, collect, is_ignored_name, printable

SOURCE = b"def softmax(logits):\n    return logits\n"


def make_zip(path: Path, members: dict[str, bytes], **options: int) -> Path:
    """Write an archive with these members, in this order."""
    with zipfile.ZipFile(path, "w", options.get("compression", zipfile.ZIP_DEFLATED)) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return path


def paths(collected: Collected) -> list[str]:
    """List the paths of the files that were read."""
    return [file.path for file in collected.files]


def member(name: str, mode: int) -> zipfile.ZipInfo:
    """Describe a member with a Unix mode."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


@pytest.fixture
def no_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail on every way in which zipfile writes to disk."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("an archive was unpacked")

    for name in ("extract", "extractall", "_extract_member"):
        monkeypatch.setattr(zipfile.ZipFile, name, refuse)


@pytest.mark.usefixtures("no_writing")
def test_members_are_read_in_memory(tmp_path: Path) -> None:
    """A good archive gives its source files, and nothing appears beside it."""
    path = make_zip(tmp_path / "a.zip", {"hw/u04_activations.py": SOURCE, "hw/data.csv": b"1", "hw/": b""})
    found = collect(path)
    assert [(file.path, file.data) for file in found.files] == [("hw/u04_activations.py", SOURCE)]
    assert found.problems == {}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("no_writing")
@pytest.mark.parametrize(
    "name", ["../u04.py", "a/../../u04.py", "/tmp/u04.py", "..\\u04.py", "C:\\u04.py", "\\u04.py", "C:u04.py"]
)
def test_members_that_lead_out_are_left_out(tmp_path: Path, name: str) -> None:
    """A path out of the archive is a problem of its own and does not cost the other members."""
    found = collect(make_zip(tmp_path / "a.zip", {name: SOURCE, "ok.py": SOURCE}))
    display = name.replace("\\", "/")
    assert paths(found) == ["ok.py"]
    assert found.problems == {display: f"{display}: a path that leads out of the archive: left out"}


def test_backslashes_that_stay_inside_are_separators(tmp_path: Path) -> None:
    """Archives packed on Windows are read like any other."""
    assert paths(collect(make_zip(tmp_path / "a.zip", {"hw\\u04.py": SOURCE}))) == ["hw/u04.py"]


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (stat.S_IFLNK | 0o777, "a symbolic link: left out"),
        (stat.S_IFIFO | 0o644, "not a regular file: left out"),
    ],
)
def test_links_and_special_members_are_left_out(tmp_path: Path, mode: int, why: str) -> None:
    """A member that is no plain file is named and left out."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(member("u04.py", mode), "/etc/passwd")
        target.writestr(member("u05.py", stat.S_IFREG | 0o644), SOURCE)
    found = collect(path)
    assert paths(found) == ["u05.py"]
    assert found.problems == {"u04.py": f"u04.py: {why}"}


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({f"m{index}.txt": b"" for index in range(3_000)}, "more than 2,000 members"),
        ({f"m{index}.txt": b"" for index in range(21_000)}, "more than 2,000 members"),
        (
            {"u04.py": SOURCE, "zeros.bin": bytes(5 << 20)},
            "zeros.bin unpacks to more than 200 times its size",
        ),
        ({"a.bin": bytes(40 << 20), "b.bin": bytes(40 << 20)}, "more than 64 MiB when unpacked"),
    ],
    ids=["many", "very-many", "ratio", "total"],
)
def test_archives_over_a_limit_are_refused_whole(tmp_path: Path, members: dict[str, bytes], why: str) -> None:
    """Bombs give one line and no files."""
    found = collect(make_zip(tmp_path / "a.zip", members))
    assert (found.files, found.problems) == ([], {"a.zip": f"a.zip: {why}"})


def test_small_members_may_be_very_compressible(tmp_path: Path) -> None:
    """A file of up to 1 MiB is no bomb, however well it packs."""
    assert paths(collect(make_zip(tmp_path / "a.zip", {"a.py": b"#" * (1 << 20)}))) == ["a.py"]


def test_a_huge_archive_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive itself has a limit too."""
    monkeypatch.setattr(archive, "_MAX_TOTAL_BYTES", 1 << 20)
    path = tmp_path / "a.zip"
    path.write_bytes(bytes((1 << 20) + 1))
    assert collect(path).problems == {"a.zip": "a.zip: too large: more than 1 MiB"}


def rewritten(edit: Callable[[bytearray, int, int], None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write an archive of one member and edit it, given where its local and its central header start."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as target:
        target.writestr("u04.py", b"x = 1\n" * 100)
    content = bytearray(buffer.getvalue())
    edit(content, content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02"))
    return bytes(content)


def declare_size(size: int) -> Callable[[bytearray, int, int], None]:
    """Make an edit that declares another uncompressed size in both headers."""

    def edit(content: bytearray, local: int, central: int) -> None:
        content[local + 22 : local + 26] = content[central + 24 : central + 28] = size.to_bytes(4, "little")

    return edit


def encrypt(content: bytearray, local: int, central: int) -> None:
    """Set the flag of an encrypted member."""
    content[local + 6] |= 1
    content[central + 8] |= 1


def use_lzma(content: bytearray, local: int, central: int) -> None:
    """Declare LZMA, whose header may ask for gigabytes."""
    content[local + 8] = content[central + 10] = 14


def break_checksum(content: bytearray, local: int, central: int) -> None:
    """Declare another checksum."""
    content[local + 14] ^= 1
    content[central + 16] ^= 1


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("size", [5, 599, 601, 1 << 20])
def test_lying_sizes_are_refused(tmp_path: Path, size: int, compression: int) -> None:
    """An archive whose members are not as long as it says gives no files."""
    path = tmp_path / "a.zip"
    path.write_bytes(rewritten(declare_size(size), compression))
    found = collect(path)
    assert found.files == []
    assert list(found.problems) == ["a.zip"]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (encrypt, "encrypted (u04.py): send it without a password"),
        (use_lzma, "u04.py: a compression method other than deflate"),
        (break_checksum, "not a readable zip archive (Bad CRC-32 for file 'u04.py')"),
    ],
)
def test_unreadable_archives_are_refused(tmp_path: Path, edit: Callable[[bytearray, int, int], None], why: str) -> None:
    """Encrypted, exotic and damaged archives each say what is wrong with them."""
    path = tmp_path / "a.zip"
    path.write_bytes(rewritten(edit))
    found = collect(path)
    assert (found.files, found.problems) == ([], {"a.zip": f"a.zip: {why}"})


@pytest.mark.parametrize(
    "content",
    [b"", b"Rar!\x1a\x07", SOURCE, rewritten(encrypt)[:-30]],
    ids=["empty", "rar", "source", "truncated"],  # a zip holds the time: its bytes would differ between processes
)
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    """Another format under this name is one line."""
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    line = collect(path).problems["a.zip"]
    assert line.startswith("a.zip: not a readable zip archive (")
    assert "\n" not in line


def test_damaged_archives_never_raise(tmp_path: Path) -> None:
    """Every single-byte change of an archive is read or refused."""
    content = rewritten(lambda *_: None)
    path = tmp_path / "a.zip"
    for position in range(len(content)):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :])
        found = collect(path)
        assert len(found.files) + len(found.problems) <= 1


def test_nested_archives_are_noted(tmp_path: Path) -> None:
    """An archive in an archive is not opened."""
    found = collect(make_zip(tmp_path / "a.zip", {"in.zip": b"PK", "u04.py": SOURCE}))
    assert paths(found) == ["u04.py"]
    assert found.notes == ["in.zip: an archive inside the archive, not opened"]


@pytest.mark.parametrize("packed", [False, True])
def test_tool_folders_and_deep_files_are_skipped(tmp_path: Path, packed: bool) -> None:
    """Folders and archives skip the same things: hidden, generated, and more than four folders down."""
    folder = tmp_path / "alice"
    skipped = [".git/a.py", "__pycache__/a.py", "__MACOSX/._a.py", "node_modules/a.py", "venv/a.py"]
    skipped += ["b/.ipynb_checkpoints/a.ipynb", ".hidden.py", "a/b/c/d/e/deep.py", "notes.txt"]
    names = ["z.py", "a/b/c/d/four.py", *skipped]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(SOURCE)
    if packed:
        folder = make_zip(tmp_path / "alice.zip", dict.fromkeys(names, SOURCE))
    found = collect(folder)
    assert paths(found) == ["z.py", "a/b/c/d/four.py"]
    assert found.problems == {}


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    """A link to a file or folder elsewhere is a problem line, a link inside is followed."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "u04.py").write_bytes(SOURCE)
    folder = tmp_path / "alice"
    folder.mkdir()
    (folder / "a.py").write_bytes(SOURCE)
    (folder / "b.py").symlink_to("a.py")
    (folder / "loop").symlink_to(".")
    (folder / "nowhere.py").symlink_to("missing.py")
    (folder / "out").symlink_to(tmp_path / "secret")
    (folder / "u04.py").symlink_to(tmp_path / "secret" / "u04.py")
    found = collect(folder)
    assert paths(found) == ["a.py", "b.py"]
    why = "a link that leads out of the submission: not followed"
    assert found.problems == {name: f"{name}: {why}" for name in ("nowhere.py", "out", "u04.py")}


def test_a_submission_that_is_a_link_elsewhere_is_not_read(tmp_path: Path) -> None:
    """One entry of a class cannot be a link to the model answers."""
    (tmp_path / "u04.py").write_bytes(SOURCE)
    (tmp_path / "class").mkdir()
    link = tmp_path / "class" / "alice.py"
    link.symlink_to(tmp_path / "u04.py")
    found = collect(link)
    assert found.files == []
    assert found.problems == {"alice.py": "alice.py: a link that leads out of its folder: not followed"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["u04.py", "u04.zip"])
def test_a_named_pipe_is_not_opened(tmp_path: Path, name: str) -> None:
    """What is no regular file cannot keep the grader waiting."""
    os.mkfifo(tmp_path / name)
    assert collect(tmp_path / name).problems == {name: f"{name}: not a regular file"}


def test_an_operating_system_error_is_a_problem_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk error costs its file only."""

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(5, "Input/output error")

    (tmp_path / "u04.py").write_bytes(SOURCE)
    monkeypatch.setattr(Path, "open", fail)
    assert collect(tmp_path / "u04.py").problems == {"u04.py": "u04.py: cannot be read: Input/output error"}


@pytest.mark.parametrize(("name", "limit"), [("u04.py", 2), ("u04.ipynb", 16)])
@pytest.mark.parametrize("packed", [False, True])
def test_large_files_are_refused(tmp_path: Path, name: str, limit: int, packed: bool) -> None:
    """A file over its limit is a problem line; notebooks may be larger for their outputs."""
    data = os.urandom((limit << 20) + 1)
    if packed:
        path = make_zip(tmp_path / "a.zip", {name: data}, compression=zipfile.ZIP_STORED)
    else:
        path = tmp_path / name
        path.write_bytes(data)
    assert collect(path).problems == {name: f"{name}: too large: more than {limit} MiB"}


def test_a_folder_of_too_many_files_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder has the limits of an archive."""
    monkeypatch.setattr(archive, "_MAX_MEMBERS", 3)
    folder = tmp_path / "alice"
    folder.mkdir()
    for index in range(5):
        (folder / f"m{index}.py").write_bytes(SOURCE)
    found = collect(folder)
    assert paths(found) == ["m0.py", "m1.py", "m2.py"]
    assert found.problems == {"alice": "alice: too large: at most 3 files and 64 MiB of source are read"}


def test_a_folder_with_only_an_archive_is_that_archive(tmp_path: Path) -> None:
    """Learning platforms deliver an uploaded archive in a folder per student."""
    make_zip(tmp_path / "hw.zip", {"u04.py": SOURCE})
    assert paths(collect(tmp_path)) == ["u04.py"]


def test_an_archive_beside_source_files_is_noted(tmp_path: Path) -> None:
    """What is handed in as files is taken, the archive beside it is named."""
    make_zip(tmp_path / "hw.zip", {"u05.py": SOURCE})
    (tmp_path / "u04.py").write_bytes(SOURCE)
    found = collect(tmp_path)
    assert paths(found) == ["u04.py"]
    assert found.notes == ["hw.zip: an archive inside the submission, not opened"]


def test_names_are_printed_on_one_line_without_control_characters(tmp_path: Path) -> None:
    """A file's name cannot forge a line of output or move the cursor."""
    assert printable("a\nb\x1b[2J\udce9é.py") == "a?b?[2J?é.py"
    found = collect(make_zip(tmp_path / "a.zip", {"a\nu04.py: passed.py": SOURCE}))
    assert paths(found) == ["a?u04.py: passed.py"]


@pytest.mark.parametrize(("name", "ignored"), [(".git", True), ("__MACOSX", True), ("Venv", True), ("alice", False)])
def test_what_tools_leave_behind_is_ignored(name: str, ignored: bool) -> None:
    """Hidden and generated entries are never part of a submission."""
    assert is_ignored_name(name) is ignored
