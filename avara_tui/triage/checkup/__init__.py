"""What the program sees of the place it runs in, each thing with a verdict and a remedy."""

from avara_tui.triage.checkup.place import place_findings
from avara_tui.triage.checkup.reach import reach_findings
from avara_tui.triage.verdicts import Finding, Verdict

__all__ = ["Finding", "Verdict", "place_findings", "reach_findings"]
