"""A JupyterLab and a Chromium for tests that play a person."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def jupyterlab(root: Path, home: Path, **more: str) -> Iterator[str]:
    """Serve JupyterLab on loopback at `root`, its settings under `home`; give its address."""
    runtime = home / "runtime"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("NBGRADER", "RUNGS"))},
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        **more,
    }
    options = ["--no-browser", "--expose-app-in-browser", "--ip=127.0.0.1", "--allow-root"]
    options += ["--ServerApp.port=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={root}"]
    with (home / "lab.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=root,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield _address(runtime, server)
        finally:
            server.terminate()
            server.wait(30)


def _address(runtime: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        for file in runtime.glob("jpserver-*.json"):
            text = file.read_text()
            if text.endswith("}"):
                return str(json.loads(text)["url"])
        assert server.poll() is None, "JupyterLab ended before it served; see lab.log"
        time.sleep(0.1)
    raise TimeoutError("JupyterLab did not start within 90 seconds")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; without one, fail in CI and skip with a sentence elsewhere."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sentence = "There is no Chromium to test with: `make system` installs it."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()
