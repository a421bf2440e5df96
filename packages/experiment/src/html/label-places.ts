/** A rectangle of a plot, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A marker of a plot, in pixels, and how wide its label is. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const markerRadius = 6;
const lineHeight = 13;

/**
 * Places for the labels of markers, right of them, left, above or below, so that no label lies on a marker, on another
 * label or outside the frame.
 *
 * @returns the left end and the vertical middle of each label; nothing for a label that fits nowhere. Time grows with the
 * square of the number of markers.
 */
export function labelPlaces(
  markers: readonly Labelled[],
  frame: Box,
): readonly (readonly [left: number, middle: number] | undefined)[] {
  const taken = markers.map(({ x, y }) => ({
    left: x - markerRadius,
    right: x + markerRadius,
    top: y - markerRadius,
    bottom: y + markerRadius,
  }));
  return markers.map(({ x, y, width }) => {
    const candidates = [
      [x + markerRadius + 3, y],
      [x - markerRadius - 3 - width, y],
      [x - width / 2, y - markerRadius - lineHeight / 2 - 1],
      [x - width / 2, y + markerRadius + lineHeight / 2 + 1],
    ] as const;
    const place = candidates.find(([left, middle]) => {
      const box = boxOf(left, middle, width);
      return inside(box, frame) && !taken.some((other) => overlap(box, other));
    });
    if (place !== undefined) taken.push(boxOf(...place, width));
    return place;
  });
}

function boxOf(left: number, middle: number, width: number): Box {
  const half = lineHeight / 2;
  return { left, right: left + width, top: middle - half, bottom: middle + half };
}

function inside(box: Box, frame: Box): boolean {
  return (
    box.left >= frame.left &&
    box.right <= frame.right &&
    box.top >= frame.top &&
    box.bottom <= frame.bottom
  );
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}
