/** Spherical geometry on unit vectors: great circles need no special case at the poles or the date line. */

export const EARTH_RADIUS_NM = 3440.065;
const RAD = Math.PI / 180;

export type Vector = readonly [x: number, y: number, z: number];

function toVector(latitude: number, longitude: number): Vector {
  const cos = Math.cos(latitude * RAD);
  return [cos * Math.cos(longitude * RAD), cos * Math.sin(longitude * RAD), Math.sin(latitude * RAD)];
}

/** The angle between two places in radians, exact for short distances too. */
export function angleBetween(a: Vector, b: Vector): number {
  const x = a[1] * b[2] - a[2] * b[1];
  const y = a[2] * b[0] - a[0] * b[2];
  const z = a[0] * b[1] - a[1] * b[0];
  return Math.atan2(Math.sqrt(x * x + y * y + z * z), a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
}

/** The place `distanceNm` away along the great circle that starts at a bearing. */
export function destinationPoint(latitude: number, longitude: number, bearingDegrees: number, distanceNm: number): Vector {
  const d = distanceNm / EARTH_RADIUS_NM;
  const lat = latitude * RAD;
  const bearing = bearingDegrees * RAD;
  const sinLat = Math.sin(lat) * Math.cos(d) + Math.cos(lat) * Math.sin(d) * Math.cos(bearing);
  const lon = longitude * RAD + Math.atan2(Math.sin(bearing) * Math.sin(d) * Math.cos(lat), Math.cos(d) - Math.sin(lat) * sinLat);
  const cosLat = Math.sqrt(Math.max(0, 1 - sinLat * sinLat));
  return [cosLat * Math.cos(lon), cosLat * Math.sin(lon), sinLat];
}

/** Great-circle distance in nautical miles between two places in degrees. */
export function distanceNm(latitudeA: number, longitudeA: number, latitudeB: number, longitudeB: number): number {
  return angleBetween(toVector(latitudeA, longitudeA), toVector(latitudeB, longitudeB)) * EARTH_RADIUS_NM;
}

/** The bearing in degrees at A of the great circle to B, 0 ≤ bearing < 360. */
export function initialBearing(latitudeA: number, longitudeA: number, latitudeB: number, longitudeB: number): number {
  const dLon = (longitudeB - longitudeA) * RAD;
  const y = Math.sin(dLon) * Math.cos(latitudeB * RAD);
  const x = Math.cos(latitudeA * RAD) * Math.sin(latitudeB * RAD) - Math.sin(latitudeA * RAD) * Math.cos(latitudeB * RAD) * Math.cos(dLon);
  return (Math.atan2(y, x) / RAD + 360) % 360;
}
