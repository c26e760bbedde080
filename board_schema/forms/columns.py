"""Columns: the declared lanes side by side, one copy for everybody or one for each group.

`Form` without changes. What may not live here: anything that another form needs too.
"""

from board_schema.forms.form import Form


class Columns(Form):
    """Declared lanes; with `per_group` a note's row is the group whose copy it lies on."""

    name = "columns"
    takes_picks = True
    gathers = True
    lies_over = True
