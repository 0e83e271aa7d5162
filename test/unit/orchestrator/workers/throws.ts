// A worker that throws.
addEventListener("message", () => {
  throw new Error("thrown in the worker");
});
