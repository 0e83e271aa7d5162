// How many of something, in words: for the messages of every layer. No Intl: loading it costs start-up time.

/** 1234567 as "1,234,567". */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 file", "2,000 files". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
