"""How the admin prints what nobody formats by hand: a clock of 24 hours, and its zone."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i T"
