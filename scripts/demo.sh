#!/usr/bin/env bash
# Grade the sample class, then build an Otter autograder and run one notebook through it.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

out=build/demo
notebook=examples/class/notebook_plots.ipynb
rm -rf "$out"
mkdir -p "$out/otter-out"

printf '== the sample class\n'
chainrule grade examples/class -o "$out/class"

printf '\n== an autograder for Otter and Gradescope\n'
chainrule otter build -o "$out/otter"

printf '\n== otter run on %s\n' "$notebook"
otter run --no-logo -a "$out/otter/autograder.zip" -o "$out/otter-out" "$notebook"

printf '\n== scores, as Otter wrote them\n'
python - "$out/otter-out/results.json" <<'PYTHON'
import json
import sys
from pathlib import Path

tests = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["tests"]
scored = [test for test in tests if test.get("max_score")]
if not scored:
    sys.exit("demo: results.json holds no score")
for test in scored:
    if test["score"] == 0 and not test["name"].startswith("activations."):
        continue  # the notebook is about one unit
    print(f"{test['score']:6.2f} of {test['max_score']:6.2f}  {test['name']}")
print(f"{sum(t['score'] for t in scored):6.2f} of {sum(t['max_score'] for t in scored):6.2f}  total")
PYTHON

printf '\n== where it is\n'
printf '%-34s %s\n' \
    "$out/class" "grades, feedback and tables of the class" \
    "$out/otter/autograder.zip" "for otter run, otter grade and Gradescope" \
    "$out/otter-out/results.json" "what Otter made of the notebook"
