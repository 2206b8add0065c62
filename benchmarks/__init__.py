"""What ./bench runs: ratios measured side by side in one run, never an absolute number on its own."""
