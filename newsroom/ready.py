"""Ends well if the web process of this machine is ready for readers. A container's health check: it sets up nothing."""

import os
import sys
import urllib.request

SECONDS = 4


def main() -> int:
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
    try:
        urllib.request.urlopen(address, timeout=SECONDS).close()
    except OSError as error:
        print(f"{address}: {error}", file=sys.stderr)  # noqa: T201 - what `docker inspect` shows
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
