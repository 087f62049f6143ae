"""A shell's part in job control, and nothing else: one job, in the foreground or not, by words on a descriptor.

    python -m tests.terminal.job_shell DESCRIPTOR COMMAND ...

`fg` and `bg` give the job the terminal or take it, and continue it; `wait` answers `stopped` or `exited CODE`.
"""

import os
import signal
import socket
import subprocess
import sys


def main(descriptor: int, command: list[str]) -> None:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # as shells do, who take the terminal back from behind
    control = socket.socket(fileno=descriptor)
    job = subprocess.Popen(command, process_group=0)
    os.tcsetpgrp(0, os.getpgrp())
    with control.makefile("rw") as words:
        for word in words:
            if word == "wait\n":
                _, status = os.waitpid(job.pid, os.WUNTRACED)
                os.tcsetpgrp(0, os.getpgrp())
                stopped = os.WIFSTOPPED(status)
                words.write("stopped\n" if stopped else f"exited {os.waitstatus_to_exitcode(status)}\n")
            else:
                os.tcsetpgrp(0, job.pid if word == "fg\n" else os.getpgrp())
                os.killpg(job.pid, signal.SIGCONT)
                words.write("done\n")
            words.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
