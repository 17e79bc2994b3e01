"""How many examples a property is tried on: few with every test run, many in the audit. Asked for in one place."""

import os

FEW, MANY = 200, 10_000
ASKED = "KAULI_EXAMPLES"  # set by the audit
EXAMPLES = int(os.environ.get(ASKED, FEW))
