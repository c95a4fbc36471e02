"""Runs a command with its standard error in the journal's hands, as systemd would, and prints what comes there.

    journal.py COMMAND...
"""

import os
import socket
import subprocess
import sys

ours, theirs = socket.socketpair()
status = os.fstat(theirs.fileno())
environment = os.environ | {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
command = subprocess.Popen(sys.argv[1:], stderr=theirs, env=environment)
theirs.close()
while text := ours.recv(65536):
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
sys.exit(command.wait())
