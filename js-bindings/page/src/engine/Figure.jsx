const WIDTH = 120
const HEIGHT = 28

/**
 * A figure, and what it was in the last minute.
 *
 * @param {{ label: string, value: string, line: readonly number[] }} props
 */
export function Figure({ label, value, line }) {
  const most = Math.max(...line, 1e-9)
  const points = line
    .map(
      (one, i) => `${(i * WIDTH) / Math.max(1, line.length - 1)},${HEIGHT - (one / most) * (HEIGHT - 2) - 1}`,
    )
    .join(' ')
  return (
    <div class="figure">
      <dl>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </dl>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" preserveAspectRatio="none">
        <polyline points={points} />
      </svg>
    </div>
  )
}
