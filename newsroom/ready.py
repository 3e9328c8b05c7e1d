"""Ends well if the web process of this machine is ready for readers. A container's health check: it sets up nothing."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

SECONDS = 4


def main() -> int:
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).hostname or "127.0.0.1"
    try:
        urllib.request.urlopen(
            urllib.request.Request(address, headers={"Host": host}),
            timeout=SECONDS,
        ).close()
    except OSError as error:
        print(f"{address}: {error}", file=sys.stderr)  # noqa: T201 - what `docker inspect` shows
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
