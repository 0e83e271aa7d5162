// A worker that ends before it is given anything.
process.exit(0);

export {};
