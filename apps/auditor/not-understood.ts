/** Thrown for what the person at the terminal can put right: a missing file, a policy that cannot be read. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}
