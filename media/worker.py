"""The child processes of a Celery worker, where strangers' files are decoded: what they may use up."""

import ctypes
import resource

from celery.signals import worker_process_init

from media import vips

# Of memory a process may fill, in bytes. A 12 megapixel photograph needs a fifth of it.
MEMORY = 1024 * 1024 * 1024
# Parameters of mallopt(3), as malloc.h has them.
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4


def connect() -> None:
    worker_process_init.connect(confine, dispatch_uid="media.worker")


def confine(**_signal) -> None:
    """For the rest of this process: at most `MEMORY`, no core dumps; libvips may work, for nothing forks from here;
    freed memory stays.

    What asks for more memory gets MemoryError, which the row notes; time is limited by Celery (`media.tasks`).
    """
    _lower(resource.RLIMIT_DATA, MEMORY)
    _lower(resource.RLIMIT_CORE, 0)
    keep_freed_memory()
    vips.allow()


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def keep_freed_memory() -> None:
    """What is freed stays this process's for the next picture: fetching its pages anew takes a tenth of a
    photograph's time. Nothing without glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, -1)
