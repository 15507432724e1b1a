/** The file is not what it was said to be: not text, not JSON, not a package. No row of it was judged. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
