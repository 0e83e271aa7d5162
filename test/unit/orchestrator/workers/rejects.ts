// A worker whose promise rejects where nobody waits for it.
addEventListener("message", () => {
  void Promise.reject(new Error("rejected in the worker"));
});
