"""The sandbox: what learner code cannot see, reach or leave behind."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import content
from autograder.errors import SandboxUnavailable
from autograder.kernel import sandbox as module
from autograder.kernel.sandbox import Sandbox, require_sandbox


def inside(code, box=None, timeout=20):
    """Run Python code in a sandbox and return what it printed as JSON."""
    piped = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
    done = (box or Sandbox()).run([sys.executable, "-c", code], timeout, text=True, **piped)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_sandbox_is_available_here():
    """Grading runs on this machine; without this nothing below means anything."""
    require_sandbox()


def test_secrets_and_submissions_are_out_of_sight():
    """The repository, its key, its gradebook and other people's homes do not exist inside."""
    root = content.repository_root()
    places = [root / ".git", root / ".rungs", root / "gradebook.db", root / "notebooks"]
    places += [root / "submitted", Path.home() / ".profile", Path("/etc/passwd"), Path("/var")]
    code = (
        f"import json, os; print(json.dumps([os.path.exists(p) for p in {list(map(str, places))}]))"
    )
    assert inside(code) == [False] * len(places)


def test_the_environment_brings_no_secret(monkeypatch):
    """Only the listed variables are inside, whatever the grader's shell holds."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    found = inside("import json, os; print(json.dumps(dict(os.environ)))")
    assert "OPENAI_API_KEY" not in found
    assert found["OMP_NUM_THREADS"] == "1"


def test_there_is_no_network():
    """A server on this machine's loopback cannot be reached from inside."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
import json, socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=2)
    print(json.dumps("reached"))
except OSError:
    print(json.dumps("refused"))
"""
        assert inside(code) == "refused"


@pytest.mark.parametrize("place", ["/usr/x", sys.prefix + "/x", "/x"])
def test_nothing_of_the_machine_can_be_written(place):
    """The system and the environment are read-only; writing at the root reaches no disk."""
    code = f"""
import json
try:
    open({place!r}, "w").write("x")
except OSError:
    pass
print(json.dumps("done"))
"""
    inside(code)
    assert not Path(place).exists()


def test_a_readable_folder_can_be_read_and_not_written(tmp_path):
    """What is listed is seen at its own place, and nothing can be put there."""
    (tmp_path / "a").write_text("seen")
    tmp_path.chmod(0o755)  # as root the sandbox is somebody else's
    code = f"""
import json
found = [open({str(tmp_path / "a")!r}).read()]
try:
    open({str(tmp_path / "b")!r}, "w")
except OSError as err:
    found.append(err.strerror)
print(json.dumps(found))
"""
    assert inside(code, Sandbox(readable=(tmp_path,))) == ["seen", "Read-only file system"]


def test_other_processes_are_invisible():
    """Inside, /proc lists the sandbox's own processes only."""
    pids = inside(
        "import json, os; print(json.dumps([p for p in os.listdir('/proc') if p.isdigit()]))"
    )
    assert len(pids) <= 3


def test_a_daemon_dies_with_the_sandbox():
    """A double-forked process does not outlive its submission: it would hold its output open."""
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print("daemon", flush=True)
        time.sleep(600)
    os._exit(0)
os.wait()
time.sleep(0.2)
"""
    done = Sandbox().run([sys.executable, "-c", code], 20, stdout=subprocess.PIPE)
    assert done.stdout == b"daemon\n"


def test_without_bubblewrap_grading_refuses_with_the_remedy(monkeypatch):
    """A missing sandbox is one sentence that names what to install."""
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    module._problem.cache_clear()
    try:
        with pytest.raises(SandboxUnavailable, match="Nothing was graded.*make system"):
            require_sandbox()
    finally:
        module._problem.cache_clear()


def test_other_systems_are_told_where_grading_runs(monkeypatch):
    """On macOS and Windows the sentence says that practice works and grading needs Linux."""
    monkeypatch.setattr(module.sys, "platform", "darwin")
    module._problem.cache_clear()
    try:
        with pytest.raises(SandboxUnavailable, match="needs Linux"):
            require_sandbox()
    finally:
        module._problem.cache_clear()


def test_a_hidden_folder_of_the_environment_is_empty_but_for_what_is_readable():
    """In a wheel the lessons lie in site-packages: only the probe is seen of them."""
    package = Path(module.__file__).resolve().parents[1]
    hidden, shown = package / "checks", package / "checks" / "words.py"
    code = f"import json, os; print(json.dumps(sorted(os.listdir({str(hidden)!r}))))"
    assert inside(code, Sandbox(hidden=(hidden,))) == []
    assert inside(code, Sandbox(hidden=(hidden,), readable=(shown,))) == ["words.py"]


@pytest.mark.parametrize(
    ("uid", "files", "remedy"),
    [
        (0, {}, "SYS_ADMIN"),
        (1000, {"apparmor_restrict_unprivileged_userns": "1"}, "Ubuntu's AppArmor"),
        (1000, {"unprivileged_userns_clone": "0"}, "unprivileged_userns_clone=1"),
        (1000, {}, "max_user_namespaces"),
    ],
    ids=["container", "ubuntu-24.04", "debian", "other"],
)
def test_the_remedy_names_what_stands_in_the_way(monkeypatch, tmp_path, uid, files, remedy):
    """Each system hides namespaces behind another switch; the sentence names the right one."""
    for name, value in files.items():
        (tmp_path / name).write_text(value + "\n")
    monkeypatch.setattr(module, "_SWITCHES", tmp_path)
    monkeypatch.setattr(module.os, "geteuid", lambda: uid)
    assert remedy in module._remedy()
