"""Run an exported gradient on real logits: those that a public note printed from its PyTorch run.

    python scripts/run_exported.py book/softmax_cross_entropy_gradient.py
"""

import runpy
import sys

LOGITS = [[-0.0746, -0.7590, 0.0181], [0.4375, -0.5059, -0.0632], [-0.3629, 0.2648, -0.1849]]
CLASSES = [2, 0, 1]

gradient = runpy.run_path(sys.argv[1])["softmax_cross_entropy_gradient"]
print("logits, classes, and the gradient of each sample's loss by its logits:")
for logits, label, row in zip(LOGITS, CLASSES, gradient(CLASSES, LOGITS), strict=True):
    print(f"  {logits}  {label}  [{', '.join(f'{entry:+.4f}' for entry in row)}]")
