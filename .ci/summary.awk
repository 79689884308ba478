# Sums up the XML reports of Surefire and Failsafe: one line for each reason to skip, one for each test that
# failed, then the totals. Ends with 1 if a test failed.
# A record is what stands between two "<": a tag with its text, or a piece of a CDATA section.
BEGIN { RS = "<" }

FNR == 1 { root = 0; cdata = 0; aborted = 0 }

/^!\[CDATA\[/ && !cdata { cdata = 1; text = ""; separator = ""; sub(/^!\[CDATA\[/, "") }

cdata {
  # Only the text of an aborted test is of use; a program's output may be large.
  if (aborted) { text = text separator $0; separator = "<" }
  if (index($0, "]]>")) {
    cdata = 0
    if (aborted) skip(text)
    aborted = 0
  }
  next
}

/^testsuite[ \t\n]/ && !root {
  root = 1
  run += attribute("tests"); failed += attribute("failures"); errors += attribute("errors")
  skipped += attribute("skipped")
}

/^testcase[ \t\n]/ { test = attribute("classname") "." unescape(attribute("name")) }

/^(failure|error)[ \t\n\/>]/ { failures[test] }

/^skipped[ \t\n\/>]/ {
  message = attribute("message")
  # An aborted test has its reason in the stack trace that follows.
  if (message == "" && !/\/>[ \t\n]*$/) aborted = 1
  else skip(unescape(message))
}

END {
  for (reason in reasons) printf "Skipped %d: %s\n", reasons[reason], reason | "sort -k2,2nr"
  close("sort -k2,2nr")
  for (name in failures) printf "Failed: %s\n", name | "sort"
  close("sort")
  printf "Tests: %d run, %d failed, %d errors, %d skipped\n", run, failed, errors, skipped
  exit failed + errors > 0
}

function attribute(name) {
  if (!match($0, "[ \t\n]" name "=\"[^\"]*\"")) return ""
  return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
}

function unescape(s) {
  gsub(/&#[0-9]+;/, " ", s)
  gsub(/&quot;/, "\"", s); gsub(/&apos;/, "'", s); gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&amp;/, "\\&", s)
  return s
}

function skip(reason) {
  sub(/\]\]>.*/, "", reason)
  sub(/\n[ \t]+at .*/, "", reason)
  sub(/^[A-Za-z0-9_.$]*TestAbortedException:?/, "", reason)
  sub(/^[ \t\n]*Assumption failed: /, "", reason)
  gsub(/[ \t\r\n]+/, " ", reason)
  sub(/^ /, "", reason); sub(/ $/, "", reason)
  reasons[reason == "" ? "no reason given" : reason]++
}
