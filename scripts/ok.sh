#!/usr/bin/env bash
# The gate: format, types, lint, build, all tests. Every step runs even after one has failed. The last line
# counts checks and tests: "N passed, N failed, N skipped". In CI a skipped test is a failure, unless its
# title says "optional": a machine that quietly lacks a file system or a tool proves nothing.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"

passed=0 failed=0 skipped=0

check() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '== %s: FAILED\n' "$name"
  fi
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# The count that bun's summary gives for a word ("pass", "fail", "skip"), 0 where it has none.
count() {
  sed -En "s/^ *([0-9]+) $1\$/\1/p" "$log" | tail -n 1 | grep . || echo 0
}

check format bun fmt --check
check types bun check
check lint oxlint --type-aware
check build bun build.ts

printf '\n== tests\n'
# The time limit bounds a hang; it expects no speed.
NO_COLOR=1 bun test --timeout 120000 "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
tests_passed=$(count pass)
tests_failed=$(count fail)
skipped=$(count skip)
passed=$((passed + tests_passed))
failed=$((failed + tests_failed))
if [ "$status" -ne 0 ] && [ "$tests_failed" -eq 0 ]; then
  echo "== tests: the runner ended with code $status"
  failed=$((failed + 1))
fi
if [ "$tests_passed" -eq 0 ]; then
  echo "== tests: none ran"
  failed=$((failed + 1))
fi
if [ "${CI:-}" = true ]; then
  unexpected=$(grep '^(skip) ' "$log" | grep -vi optional || true)
  if [ -n "$unexpected" ]; then
    printf '== skipped in CI:\n%s\n' "$unexpected"
    failed=$((failed + $(wc -l <<<"$unexpected")))
  fi
fi

summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary+=", $skipped skipped"
printf '\n%s\n' "$summary"
[ "$failed" -eq 0 ]
