/** Conditions that note that they were asked, in order. One that answers `later` returns a promise. */
export function askLog() {
  const asked: string[] = [];
  const says =
    (name: string, answer: boolean, later = false) =>
    () => {
      asked.push(name);
      return later ? Promise.resolve(answer) : answer;
    };
  return { asked, says };
}
