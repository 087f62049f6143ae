"""What the demo ends with is carried out as it stands there, in a shell, while it stays up."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.children import bare_environment


def test_the_steps_work_as_printed_and_the_journal_goes_with_the_demo(tmp_path: Path) -> None:
    scripts = sysconfig.get_path("scripts")
    environment = bare_environment(
        HOME=str(tmp_path), TMPDIR=str(tmp_path), PATH=f"{scripts}:{os.environ['PATH']}"
    )
    demo = subprocess.Popen(
        [sys.executable, "-m", "proxy", "demo"],
        env=environment,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stderr is not None
    told = []
    try:
        for line in demo.stderr:
            told.append(line.rstrip())
            if line.rstrip().endswith(" run"):
                break
        page = "\n".join(told)
        command = re.search(r"^The command is (.+)$", page, re.MULTILINE)
        journal = re.search(r"^The journal is in (\S+) while", page, re.MULTILINE)
        assert command is not None, page
        assert journal is not None, page
        assert command[1] in (
            "signing-proxy",
            f"{sys.executable} -m proxy",
        )  # the first where it is installed
        logs, explain, run = told[-3:]
        shown = subprocess.run(logs, shell=True, env=environment, capture_output=True, text=True, check=True)
        assert shown.stdout.count("/api/v3/") >= 5
        meant = subprocess.run(
            explain, shell=True, env=environment, capture_output=True, text=True, check=False
        )
        assert "-1022" in meant.stdout
        assert not meant.stderr
        assert run.split()[-1] == "run"
        assert list(Path(journal[1]).glob("flows-*.jsonl"))
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(20)
        demo.stderr.close()
    assert not Path(journal[1]).exists()
