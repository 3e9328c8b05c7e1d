"""A phone in the same network: under which address it finds this machine, and a QR code of that for a terminal."""

import socket

import qrcode

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
FAR = ("192.0.2.1", 9)  # TEST-NET-1 (RFC 5737): nobody's
QUIET = 4  # modules of white around it (ISO/IEC 18004, section 6.3.8)
# Colours of their own, whatever the terminal's are: a camera reads dark on light.
DARK, LIGHT, PLAIN = "16", "231", "\x1b[0m"


def address_here() -> str | None:
    """This machine's IPv4 address on the way out; None without a network. Asks the kernel, and sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(FAR)  # of UDP: only chooses the way
        except OSError:
            return None
        return way.getsockname()[0]


def code(text: str) -> str:
    """A QR code of half blocks: each character is two modules, the upper one in its own colour, the lower behind it."""
    made = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    made.add_data(text)
    rows = made.get_matrix()
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(map(_block, upper, lower)) + PLAIN for upper, lower in pairs)


def _block(upper: bool, lower: bool) -> str:
    return f"\x1b[38;5;{DARK if upper else LIGHT};48;5;{DARK if lower else LIGHT}m▀"
