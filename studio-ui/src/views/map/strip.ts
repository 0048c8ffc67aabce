/** Counts by day as the outline of a bar chart: up (direction −1) or down (1) from the axis, `most` being `height` high. */
export function dayPath(counts: ArrayLike<number>, most: number, height: number, direction: 1 | -1): string {
  let path = 'M0 0';
  for (let day = 0; day < counts.length; day++) {
    path += `V${round((direction * height * (counts[day] ?? 0)) / most)}H${day + 1}`;
  }
  return `${path}V0Z`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
