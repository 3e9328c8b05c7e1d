#!/bin/sh
# Gathers every string of readers' pages into the French catalogue and compiles it. Needs GNU gettext.
#   sh tools/french.sh            afterwards fill in what is empty, and run it again
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python manage.py makemessages --locale fr --no-location --no-wrap --no-obsolete \
  --ignore '.venv/*' --ignore 'tests/*' --ignore 'var/*' --verbosity 0
# When it was gathered differs with every run, and is nobody's business.
sed -i.old '/^"POT-Creation-Date: /d' locale/fr/LC_MESSAGES/django.po && rm locale/fr/LC_MESSAGES/django.po.old
msgfmt --check-format --statistics --output-file locale/fr/LC_MESSAGES/django.mo locale/fr/LC_MESSAGES/django.po
