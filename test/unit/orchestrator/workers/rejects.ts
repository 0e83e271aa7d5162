// A worker whose promise rejects where nobody waits for it.
declare const self: Worker;
self.onmessage = () => {
  void Promise.reject(new Error("rejected in the worker"));
};
export {};
