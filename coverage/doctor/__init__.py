"""Looks at an installation and says what to mend (`manage.py doctor`); a look answers findings and changes nothing."""
