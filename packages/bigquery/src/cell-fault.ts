/** A cell that is not what its column's type says. Only its row is rejected; the path names nested fields from the inside out. */
export class CellFault extends Error {
  override readonly name = 'CellFault';
}
