/** The name that a person most likely meant; undefined if none is near. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const [nearest] = names.map((name) => ({ name, distance: editDistance(written, name) })).sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= Math.max(2, written.length / 3) ? nearest.name : undefined;
}

/** Levenshtein's: how many letters to add, take away or change. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[b.length] ?? 0;
}
