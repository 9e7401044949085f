"""Jupyter's own conformance tests for kernels, run against a kernel that our provisioner starts."""

from __future__ import annotations

import json
import os
import unittest

import jupyter_kernel_test
import pytest

SPEC = {
    "argv": ["rungs-grade"],
    "display_name": "Rungs sandbox",
    "language": "python",
    "interrupt_mode": "message",
    "metadata": {"kernel_provisioner": {"provisioner_name": "rungs-sandbox"}},
}


@pytest.fixture(scope="module", autouse=True)
def kernelspec(tmp_path_factory):
    """Install the kernelspec `rungs-grade` for this module alone."""
    folder = tmp_path_factory.mktemp("jupyter")
    spec = folder / "kernels" / "rungs-grade" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(SPEC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder), prepend=os.pathsep)
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        yield


class TestConformance(jupyter_kernel_test.KernelTests):
    """A kernel started through the provisioner is an ordinary kernel of Jupyter's."""

    kernel_name = "rungs-grade"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = ({"text": "zi", "matches": {"zip"}},)
    complete_code_samples = ("1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n")
    incomplete_code_samples = ("print('''hello", "def f(x):\n  x*2")
    invalid_code_samples = ("import = 7q",)
    code_page_something = "zip?"
    code_generate_error = "raise ValueError"
    code_execute_result = ({"code": "1+2+3", "result": "6"},)
    code_display_data = (
        {
            "code": "from IPython.display import HTML, display; display(HTML('<b>t</b>'))",
            "mime": "text/html",
        },
    )
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"
    # A submission has no history: these would be skipped one by one.
    test_history = None


assert issubclass(TestConformance, unittest.TestCase)
