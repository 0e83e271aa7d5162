// A worker that takes its work and ends without a word.
addEventListener("message", () => process.exit(0));
