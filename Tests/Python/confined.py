"""Runs a command under the system call filters of a systemd unit.

    confined.py UNIT DENIED COMMAND...

systemd itself has to be process 1 to do this. What it makes of SystemCallFilter=, MemoryDenyWriteExecute=,
RestrictAddressFamilies= and RestrictNamespaces= (systemd.exec(5)) is made here with the same library, libseccomp. The
name of every system call that SystemCallFilter= denies is written to DENIED, one a line, as it happens: a process of its
own answers for the kernel (seccomp_unotify(2)).
"""

import ctypes
import errno
import os
import select
import socket
import subprocess
import sys

LIBRARY = ctypes.CDLL("libseccomp.so.2")
LIBRARY.seccomp_init.restype = ctypes.c_void_p
LIBRARY.seccomp_syscall_resolve_num_arch.restype = ctypes.c_char_p
# Finds out what the kernel can do; without it the library takes no questions from the kernel.
LIBRARY.seccomp_api_get()

ALLOW, NOTIFY = 0x7FFF0000, 0x7FC00000
NOT_EQUAL, EQUAL, GREATER, MASKED = 1, 4, 6, 7
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
NAMESPACES = 0x7E020080  # CLONE_NEW*, of time too


def denied(number):
    """The action that fails with that error."""
    return 0x00050000 | number


class Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint), ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64), ("second", ctypes.c_uint64),
    ]


class Question(ctypes.Structure):
    """struct seccomp_notif"""

    _fields_ = [
        ("id", ctypes.c_uint64), ("pid", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("number", ctypes.c_int),
        ("architecture", ctypes.c_uint32), ("pointer", ctypes.c_uint64), ("arguments", ctypes.c_uint64 * 6),
    ]


class Answer(ctypes.Structure):
    """struct seccomp_notif_resp"""

    _fields_ = [
        ("id", ctypes.c_uint64), ("value", ctypes.c_int64), ("error", ctypes.c_int32), ("flags", ctypes.c_uint32),
    ]


class Filter:
    def __init__(self, default):
        self.context = ctypes.c_void_p(LIBRARY.seccomp_init(ctypes.c_uint32(default)))

    def add(self, action, name, *comparisons):
        number = LIBRARY.seccomp_syscall_resolve_name(name.encode())
        if number == -1:
            return  # of another architecture, or newer than the library
        array = (Comparison * len(comparisons))(*comparisons)
        result = LIBRARY.seccomp_rule_add_array(
            self.context, ctypes.c_uint32(action), number, ctypes.c_uint(len(comparisons)), array)
        if result < 0:
            sys.exit(f"no rule for {name}: {os.strerror(-result)}")

    def load(self):
        result = LIBRARY.seccomp_load(self.context)
        if result < 0:
            sys.exit(f"the kernel takes no filter: {os.strerror(-result)}")
        return LIBRARY.seccomp_notify_fd(self.context)


def settings(unit):
    values = {}
    for line in open(unit):
        key, separator, value = line.strip().partition("=")
        if separator and not key.startswith("#"):
            values.setdefault(key, []).append(value)
    return values


def members(name):
    """The system calls of a group and of the groups in it."""
    if not name.startswith("@"):
        return {name}
    text = subprocess.run(
        ["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True).stdout
    names = [line.strip() for line in text.splitlines()[1:]]
    return set().union(*(members(name) for name in names if name and not name.startswith("#")))


def allowed(lines):
    calls = members("@default")
    for line in lines:
        names = set().union(*(members(name) for name in line.lstrip("~").split()))
        calls = calls - names if line.startswith("~") else calls | names
    return calls


def confine(values):
    """Loads the filters, and returns the descriptor at which the kernel asks about what the first of them denies."""
    families = [getattr(socket, name) for name in values["RestrictAddressFamilies"][0].split()]
    sockets = Filter(ALLOW)
    for family in range(64):
        if family not in families:
            sockets.add(denied(errno.EAFNOSUPPORT), "socket", Comparison(0, EQUAL, family))
    sockets.add(denied(errno.EAFNOSUPPORT), "socket", Comparison(0, GREATER, 63))
    sockets.load()

    if values["MemoryDenyWriteExecute"] == ["yes"]:
        memory = Filter(ALLOW)
        both = PROT_WRITE | PROT_EXEC
        memory.add(denied(errno.EPERM), "mmap", Comparison(2, MASKED, both, both))
        memory.add(denied(errno.EPERM), "mprotect", Comparison(2, MASKED, PROT_EXEC, PROT_EXEC))
        memory.add(denied(errno.EPERM), "pkey_mprotect", Comparison(2, MASKED, PROT_EXEC, PROT_EXEC))
        memory.add(denied(errno.EPERM), "shmat", Comparison(2, MASKED, SHM_EXEC, SHM_EXEC))
        memory.load()

    if values["RestrictNamespaces"] == ["yes"]:
        namespaces = Filter(ALLOW)
        namespaces.add(denied(errno.ENOSYS), "clone3")  # its flags are out of the filter's sight
        for flag in (1 << bit for bit in range(32)):
            if flag & NAMESPACES:
                namespaces.add(denied(errno.EPERM), "clone", Comparison(0, MASKED, flag, flag))
        for name in ("unshare", "setns"):
            namespaces.add(denied(errno.EPERM), name)
        namespaces.load()

    calls = Filter(NOTIFY)
    for name in sorted(allowed(values["SystemCallFilter"])):
        calls.add(ALLOW, name)
    return calls.load()


def answer(descriptor, path, error):
    """Denies and writes down whatever is asked about, until nobody is left under the filter."""
    question, reply = Question(), Answer()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    with open(path, "a", buffering=1) as log:
        while not poll.poll()[0][1] & select.POLLHUP:
            ctypes.memset(ctypes.byref(question), 0, ctypes.sizeof(question))
            result = LIBRARY.seccomp_notify_receive(descriptor, ctypes.byref(question))
            if result == -errno.ENOENT:
                continue  # who asked is gone
            if result < 0:
                sys.exit(f"no question could be read: {os.strerror(-result)}")
            name = LIBRARY.seccomp_syscall_resolve_num_arch(question.architecture, question.number)
            log.write((name or b"%d" % question.number).decode() + "\n")
            reply.id, reply.error = question.id, -error
            LIBRARY.seccomp_notify_respond(descriptor, ctypes.byref(reply))


def main():
    unit, path, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    values = settings(unit)
    error = getattr(errno, values["SystemCallErrorNumber"][0])
    ours, theirs = socket.socketpair()
    # The command keeps the number of this process, so that signals find it.
    if os.fork() == 0:
        os.setsid()
        ours.close()
        descriptors = socket.recv_fds(theirs, 1, 1)[1]
        theirs.close()
        answer(descriptors[0], path, error)
        os._exit(0)
    theirs.close()
    descriptor = confine(values)
    socket.send_fds(ours, [b"-"], [descriptor])
    os.close(descriptor)
    ours.close()
    os.execvp(command[0], command)


main()
