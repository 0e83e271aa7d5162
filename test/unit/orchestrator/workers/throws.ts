// A worker that throws.
declare const self: Worker;
self.onmessage = () => {
  throw new Error("thrown in the worker");
};
export {};
