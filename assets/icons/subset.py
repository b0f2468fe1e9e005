#!/usr/bin/env python3
"""Cut the Lucide font down to the icons that app/src/look/icons.rs lists.

Usage: pip install fonttools; assets/icons/subset.py path/to/lucide.ttf
The full font comes with the npm package lucide-static (font/lucide.ttf).
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
listed = re.findall(r"'\\u\{(\w+)\}'", (ROOT / "app/src/look/icons.rs").read_text())
subprocess.run(
    [
        "pyftsubset",
        sys.argv[1],
        "--unicodes=" + ",".join(listed),
        "--layout-features=",
        "--no-hinting",
        "--output-file=" + str(ROOT / "assets/icons/lucide-subset.ttf"),
    ],
    check=True,
)
